import DeliveryLog

/// The fields that together identify a callback, for logs whose `callback_id` identifies an event.
///
/// Such an event goes to several endpoints under one ID, as with GitHub's `X-GitHub-Delivery`.
/// Without a key, its attempts would count as one callback, and a delivery to one endpoint would
/// hide failures at another. The log stores the values of the fields, joined with `/`.
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

    /// Sets the joined ID of an attempt. Absent fields are left out.
    func apply(to attempt: inout Attempt) throws(RecordError) {
        let id = fields.compactMap { attempt.part($0) }.joined(separator: "/")
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
