import DeliveryLog
import JSON

extension RecordField {
    /// Whether the field is a name: text that other programs often write as a number.
    var isName: Bool {
        switch self {
        case .callbackID, .company, .profileID, .channel, .event, .method, .profileTitle: true
        default: false
        }
    }

    /// The allowed words of the field. Empty if any text is allowed.
    var words: [String] {
        switch self {
        case .outcome: Outcome.allCases.map(\.name)
        case .error: Reason.allCases.map(\.name)
        default: []
        }
    }

    /// Returns why a record with this value would be rejected, or `nil` if it would not.
    ///
    /// The error text is free in a record, but in a map it must be the word of a reason.
    func refusal(of value: DecodedValue, at place: String) -> RecordError? {
        if self == .error, case .text(let text) = value,
            !words.contains(String(decoding: text, as: UTF8.self))
        {
            return .unknownValue(place: place, value: value.shown, known: words)
        }
        return Attempt.error(with: value, of: self).map { .located($0, place: place) }
    }
}

extension Attempt {
    /// Returns the error of a record in which all other fields are valid.
    fileprivate static func error(with value: DecodedValue, of field: RecordField) -> RecordError? {
        let others: [(field: RecordField, value: DecodedValue)] = [
            (.callbackID, DecodedValue("c")), (.company, DecodedValue("c")),
            (.finishedAt, .number(JSONNumber(0))), (.status, .number(JSONNumber(200))),
        ]
        let values = others.filter { $0.field != field } + [(field, value)]
        var fields = FieldValues(isTextual: true)
        var dimensions = DimensionReuse()
        do throws(RecordError) {
            _ = try fields.fill(from: values[...]) { (fields) throws(RecordError) in
                try Attempt(fields, &dimensions)
            }
            return nil
        } catch {
            return error
        }
    }
}
