import JSON

/// Where records of another program contain a field, and what its values mean.
struct FieldMapping: Sendable {
    /// The meaning of a value.
    enum Meaning: Sendable {
        case text(String)
        case number(JSONNumber)
        case absent
        /// The record is not a delivery.
        case skipped
        /// The attempt is still running.
        case unended

        /// The value in terms of the log.
        var value: DecodedValue {
            switch self {
            case .text(let text): DecodedValue(text)
            case .number(let number): .number(number)
            case .absent, .skipped, .unended: .absent
            }
        }
    }

    /// What happens to values without a meaning.
    enum Others: Sendable {
        case kept, dropped, refused
    }

    var field: RecordField
    /// The pointers. Several values are joined with `/`, and all of them are required.
    var pointers: [JSONPointer]
    var meanings: [(value: String, meaning: Meaning)] = []
    var others = Others.kept
    /// Whether a text matches an entry that it starts with.
    var matchesStart = false
    var isRequired = false
    /// The factor for numbers.
    var factor = 1.0
    /// A constant for all records, without a pointer.
    var constant: DecodedValue?
    /// Whether a whole number is converted to the text of its digits.
    var takesNumbers = false

    /// Converts the values at the pointers to a value of the log.
    func resolve(_ values: [DecodedValue]) throws(RecordError) -> DecodedValue {
        if let constant { return constant }
        let values = try zip(values, pointers).map { (value, pointer) throws(RecordError) in
            try textual(value, at: pointer)
        }
        guard let value = values.first, values.count == 1 else { return try joined(values) }
        if case .absent = value {
            guard isRequired else { return .absent }
            throw .located(.missing(field), place: pointers[0].text)
        }
        guard !meanings.isEmpty else { return scaled(value) }
        return try translated(value)
    }

    /// Returns the meaning of a value in the table, or `nil` if the table does not contain it.
    func meaning(of values: [DecodedValue]) -> Meaning? {
        guard let value = values.first, values.count == 1, !meanings.isEmpty else { return nil }
        let shown = value.plain
        return meanings.first { matchesStart ? shown.hasPrefix($0.value) : shown == $0.value }?
            .meaning
    }

    private func translated(_ value: DecodedValue) throws(RecordError) -> DecodedValue {
        switch (meaning(of: [value]), others) {
        case (.unended, _):
            throw .unended(place: pointers[0].text, value: value.shown)
        case (let meaning?, _): return meaning.value
        case (nil, .dropped): return .absent
        case (nil, .kept): return scaled(value)
        case (nil, .refused):
            throw .unlisted(
                place: pointers[0].text, value: value.shown,
                known: meanings.map(\.value))
        }
    }

    private func scaled(_ value: DecodedValue) -> DecodedValue {
        guard factor != 1 else { return value }
        let number: Double?
        switch value {
        case .number(let original): number = original.double
        case .text(let text): number = text.withBytes(Decimal.parse)
        default: number = nil
        }
        return number.flatMap { JSONNumber($0 * factor) }.map { .number($0) } ?? value
    }

    private func textual(
        _ value: DecodedValue, at pointer: JSONPointer
    ) throws(RecordError) -> DecodedValue {
        guard takesNumbers, case .number(let number) = value else { return value }
        if let digits = number.wholeDigits { return DecodedValue(digits) }
        guard let double = number.double, double.magnitude >= 0x1p53 else { return value }
        throw .located(.lostDigits(field, value: number.text), place: pointer.text)
    }

    private func joined(_ values: [DecodedValue]) throws(RecordError) -> DecodedValue {
        var text: [UInt8] = []
        for (value, pointer) in zip(values, pointers) {
            switch value {
            case .text(let part) where !part.isEmpty:
                if !text.isEmpty { text.append(UInt8(ascii: "/")) }
                text += part
            case .absent:
                guard isRequired else { return .absent }
                throw .located(.missing(field), place: pointer.text)
            default:
                let shown = value.shown
                throw .located(.unfit(field, value: shown), place: pointer.text)
            }
        }
        return .text(text)
    }
}

extension DecodedValue {
    /// The value as it is written in a table of values.
    var plain: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .number(let number): number.wholeDigits ?? shown
        default: shown
        }
    }
}

extension JSONNumber {
    /// The digits of a whole number without loss: `7` for `7`, `7.0` and `70e-1`. From 2^53, where
    /// a `Double` cannot represent every integer, only plain digits are accepted.
    fileprivate var wholeDigits: String? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return text }
        guard let double, double.magnitude < 0x1p53 else { return nil }
        return Int(exactly: double).map { "\($0)" }
    }
}
