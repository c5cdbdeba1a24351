/// Where another program's records hold one of our fields, and what its values mean.
struct FieldSource: Sendable {
    /// What a value stands for.
    enum Meaning: Sendable {
        case text(String)
        case absent
        /// The attempt still runs.
        case unended
    }

    /// What becomes of a value that has no meaning of its own.
    enum Others: Sendable {
        case kept, dropped, refused
    }

    var field: Field
    /// Several are joined with `/`, and needed all.
    var pointers: [JSONPointer]
    var meanings: [(value: String, meaning: Meaning)] = []
    var others = Others.kept
    /// Whether a text has the meaning of the value it starts with.
    var matchesStart = false
    var isRequired = false
    /// What a number is multiplied with.
    var factor = 1.0

    /// The value in our terms.
    func resolve(_ values: [DecodedValue]) throws(Mistake) -> DecodedValue {
        guard let value = values.first, values.count == 1 else { return try joined(values) }
        if case .absent = value {
            guard isRequired else { return .absent }
            throw .foreign(.missing(field), place: pointers[0].text)
        }
        guard !meanings.isEmpty else { return scaled(value) }
        return try translated(value)
    }

    private func translated(_ value: DecodedValue) throws(Mistake) -> DecodedValue {
        let shown = value.lend { $0.plain }
        let found = meanings.first { matchesStart ? shown.hasPrefix($0.value) : shown == $0.value }
        switch (found?.meaning, others) {
        case (.text(let text), _): return DecodedValue(text)
        case (.unended, _):
            throw .unended(place: pointers[0].text, value: value.lend { $0.shown })
        case (.absent, _), (nil, .dropped): return .absent
        case (nil, .kept): return scaled(value)
        case (nil, .refused):
            throw .unlisted(
                place: pointers[0].text, value: value.lend { $0.shown },
                known: meanings.map(\.value))
        }
    }

    private func scaled(_ value: DecodedValue) -> DecodedValue {
        guard case .number(let number) = value else { return value }
        return .number(number * factor)
    }

    private func joined(_ values: [DecodedValue]) throws(Mistake) -> DecodedValue {
        var text: [UInt8] = []
        for (value, pointer) in zip(values, pointers) {
            switch value {
            case .text(let part) where !part.isEmpty:
                if !text.isEmpty { text.append(UInt8(ascii: "/")) }
                text += part
            case .absent: throw .foreign(.missing(field), place: pointer.text)
            default:
                let shown = value.lend { $0.shown }
                throw .foreign(.unfit(field, value: shown), place: pointer.text)
            }
        }
        return .text(text)
    }
}

extension FieldValue {
    /// The value as a table of values names it: text as it is, numbers in their digits.
    fileprivate var plain: String {
        guard case .text(let bytes) = self else { return shown }
        return String(decoding: bytes, as: UTF8.self)
    }
}
