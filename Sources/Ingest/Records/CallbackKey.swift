import DeliveryLog

/// The fields that together identify a callback, for logs whose `callback_id` identifies an event.
///
/// Such an event goes to several endpoints under one ID, as with GitHub's `X-GitHub-Delivery`.
/// Without a key, its attempts would count as one callback, and a delivery to one endpoint would
/// hide failures at another. The log stores the values of the fields, joined with `/`.
///
/// Different values never give the same ID. Parts that contain `/` are escaped where the ID would
/// otherwise be ambiguous; all other IDs are as simple as `evt/p1`:
/// - If no field is missing, `callback_id` is never escaped, because all other parts are known to
///   contain no `/`, except for the `://` of an origin.
/// - A missing field is left out. If a field after it is present, it is marked.
package struct CallbackKey: Hashable, Sendable {
    /// The names of the fields that can be part of a key.
    package static let names = fields.map(\.rawValue)
    private static let fields: [RecordField] = [
        .callbackID, .profileID, .channel, .event, .method, .url,
    ]

    private let fields: [RecordField]

    /// Creates a key. Returns `nil` unless all names are in ``names`` and distinct, and include
    /// `callback_id`.
    package init?(names: [String]) {
        let fields = names.compactMap(RecordField.init(rawValue:)).filter(Self.fields.contains)
        guard fields.count == names.count, Set(fields).count == names.count,
            fields.contains(.callbackID)
        else { return nil }
        self.fields = fields
    }

    /// Sets the joined ID of an attempt.
    func apply(to attempt: inout Attempt) throws(RecordError) {
        let id = id(of: attempt)
        guard id.utf8.count <= FieldValues.textLimit else {
            let shown = Array(id.utf8).withBytes { FieldValue.text($0).shown }
            let place = fields.map(\.rawValue).joined(separator: " with ")
            throw .located(.invalidValue(.callbackID, value: shown), place: place)
        }
        // The parts that are not identifiers by themselves identify a callback here.
        if id.unicodeScalars.contains("\u{FFFD}") {
            let shown = Array(id.utf8).withBytes { FieldValue.text($0).shown }
            throw .replacedCharacter(.callbackID, value: shown)
        }
        attempt.callbackID = id
    }

    private func id(of attempt: Attempt) -> String {
        let values = fields.map { attempt.part($0) }
        let isComplete = zip(fields, values).allSatisfy { field, value in
            value.map { field != .url || JoinedText.isOrigin($0) } ?? false
        }
        let isPresent = { (index: Int) in fields[index] != .url && values[index] != nil }
        let last = fields.indices.last { isPresent($0) && fields[$0] != .callbackID } ?? -1
        let parts = fields.indices.compactMap { index -> String? in
            guard let value = values[index] else {
                return fields[index] != .url && index < last ? JoinedText.missing : nil
            }
            switch fields[index] {
            case .callbackID where isComplete: return value
            case .url:
                return JoinedText.isOrigin(value)
                    ? value : JoinedText.otherURL + JoinedText.escaped(value)
            default: return JoinedText.escaped(value)
            }
        }
        return parts.joined(separator: "/")
    }
}

/// How texts are joined with `/` so that different texts never give the same result.
enum JoinedText {
    /// Replaces a missing part. No escaped part equals it.
    static let missing = "\\"
    /// Precedes a URL that has no origin. No escaped part starts with it.
    static let otherURL = "\\:"

    /// Returns a part without `/`: `\` becomes `\\`, and `/` becomes `\|`.
    static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == slash || $0 == backslash }) else { return part }
        return String(decoding: escaped(Array(part.utf8)), as: UTF8.self)
    }

    /// Returns the bytes of a part without `/`.
    static func escaped(_ part: [UInt8]) -> [UInt8] {
        guard part.contains(where: { $0 == slash || $0 == backslash }) else { return part }
        return part.flatMap { byte -> [UInt8] in
            switch byte {
            case slash: [backslash, UInt8(ascii: "|")]
            case backslash: [backslash, backslash]
            default: [byte]
            }
        }
    }

    /// Whether a text is a scheme and a host, so that its only slashes are those of `://`.
    static func isOrigin(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: slash, omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].count > 1 && parts[0].last == UInt8(ascii: ":")
            && parts[1].isEmpty && !parts[2].isEmpty
    }

    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
}

extension Attempt {
    /// Returns the value of a key field. The value of a URL is its origin.
    fileprivate func part(_ field: RecordField) -> String? {
        switch field {
        case .callbackID: callbackID
        case .profileID: profileID
        case .channel: channel
        case .event: event
        case .method: method
        case .url: origin
        default: nil
        }
    }
}
