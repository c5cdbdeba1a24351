import DeliveryLog
import JSON

extension RecordField {
    /// Whether it is a name: text that other programs often write as a number.
    var isName: Bool {
        switch self {
        case .callbackID, .company, .profileID, .channel, .event, .method: true
        default: false
        }
    }

    /// The words that a field's value can be; none where any text can.
    var words: [String] {
        switch self {
        case .outcome: Outcome.allCases.map(\.name)
        case .error: Reason.allCases.map(\.name)
        default: []
        }
    }

    /// Why a record with that value of this field is not taken; nil where it is.
    ///
    /// The text of an error is free in a record; in a map it must be a reason's word.
    func refusal(of value: DecodedValue, at place: String) -> RecordError? {
        if self == .error, case .text(let text) = value,
            !words.contains(String(decoding: text, as: UTF8.self))
        {
            return .unlisted(place: place, value: value.lend { $0.shown }, known: words)
        }
        return Attempt.mistake(with: value, of: self).map { .foreign($0, place: place) }
    }
}

extension Attempt {
    /// What is wrong with a record in which only that field may be.
    fileprivate static func mistake(with value: DecodedValue, of field: RecordField) -> RecordError?
    {
        let others: [(field: RecordField, value: DecodedValue)] = [
            (.callbackID, DecodedValue("c")), (.company, DecodedValue("c")),
            (.finishedAt, .number(JSONNumber(0))), (.status, .number(JSONNumber(200))),
        ]
        let values = others.filter { $0.field != field } + [(field, value)]
        var fields = FieldValues(isTextual: true)
        var routes = DimensionReuse()
        do throws(RecordError) {
            _ = try fields.fill(from: values[...]) { (fields) throws(RecordError) in
                try Attempt(fields, &routes)
            }
            return nil
        } catch {
            return error
        }
    }
}
