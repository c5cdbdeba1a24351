import DeliveryLog

/// The fields that together tell callbacks apart, for logs whose `callback_id` is that of an event.
///
/// Such an event goes to several endpoints under one id, as GitHub's `X-GitHub-Delivery` does.
/// Their attempts would count as one callback, and a delivery to one endpoint would hide the
/// failures of another. The id that the log stores is that of the fields joined with `/`.
package struct CallbackKey: Hashable, Sendable {
    /// The names of the fields that can be part of a key.
    package static let names = fields.map(\.rawValue)
    private static let fields: [RecordField] = [
        .callbackID, .profileID, .channel, .event, .method, .url,
    ]

    private let fields: [RecordField]

    /// Nil unless each name is one of ``names``, none is there twice, and the callback's id is
    /// among them.
    package init?(names: [String]) {
        let fields = names.compactMap(RecordField.init(rawValue:)).filter(Self.fields.contains)
        guard fields.count == names.count, Set(fields).count == names.count,
            fields.contains(.callbackID)
        else { return nil }
        self.fields = fields
    }

    /// Gives an attempt its joined id. A field that it does not have is left out.
    func apply(to attempt: inout Attempt) throws(RecordError) {
        let id = fields.compactMap { attempt.part($0) }.joined(separator: "/")
        guard id.utf8.count <= FieldValues.textLimit else {
            let shown = Array(id.utf8).withBytes { FieldValue.text($0).shown }
            let place = fields.map(\.rawValue).joined(separator: " with ")
            throw .foreign(.unfit(.callbackID, value: shown), place: place)
        }
        attempt.callbackID = id
    }
}

extension Attempt {
    /// What it has of a field that can be part of a key; of a URL its origin.
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
