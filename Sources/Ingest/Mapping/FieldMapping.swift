import JSON

/// Where another program's records hold one of our fields, and what its values mean.
struct FieldMapping: Sendable {
    /// What a value stands for.
    enum Meaning: Sendable {
        case text(String)
        case number(JSONNumber)
        case absent
        /// The record tells of no delivery.
        case skipped
        /// The attempt still runs.
        case unended

        /// The value in our terms.
        var value: DecodedValue {
            switch self {
            case .text(let text): DecodedValue(text)
            case .number(let number): .number(number)
            case .absent, .skipped, .unended: .absent
            }
        }
    }

    /// What becomes of a value that has no meaning of its own.
    enum Others: Sendable {
        case kept, dropped, refused
    }

    var field: RecordField
    /// Several are joined with `/`, and needed all.
    var pointers: [JSONPointer]
    var meanings: [(value: String, meaning: Meaning)] = []
    var others = Others.kept
    /// Whether a text has the meaning of the value it starts with.
    var matchesStart = false
    var isRequired = false
    /// What a number is multiplied with.
    var factor = 1.0
    /// What all records have, where there is no pointer.
    var constant: DecodedValue?
    /// Whether a whole number is taken as the text of its digits.
    var takesNumbers = false

    /// The value in our terms.
    func resolve(_ values: [DecodedValue]) throws(RecordError) -> DecodedValue {
        if let constant { return constant }
        let values = try zip(values, pointers).map { (value, pointer) throws(RecordError) in
            try spelt(value, at: pointer)
        }
        guard let value = values.first, values.count == 1 else { return try joined(values) }
        if case .absent = value {
            guard isRequired else { return .absent }
            throw .foreign(.missing(field), place: pointers[0].text)
        }
        guard !meanings.isEmpty else { return scaled(value) }
        return try translated(value)
    }

    /// What the value means by the table of values; nil where the table does not have it.
    func meaning(of values: [DecodedValue]) -> Meaning? {
        guard let value = values.first, values.count == 1, !meanings.isEmpty else { return nil }
        let shown = value.plain
        return meanings.first { matchesStart ? shown.hasPrefix($0.value) : shown == $0.value }?
            .meaning
    }

    private func translated(_ value: DecodedValue) throws(RecordError) -> DecodedValue {
        switch (meaning(of: [value]), others) {
        case (.unended, _):
            throw .unended(place: pointers[0].text, value: value.lend { $0.shown })
        case (let meaning?, _): return meaning.value
        case (nil, .dropped): return .absent
        case (nil, .kept): return scaled(value)
        case (nil, .refused):
            throw .unlisted(
                place: pointers[0].text, value: value.lend { $0.shown },
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

    private func spelt(
        _ value: DecodedValue, at pointer: JSONPointer
    ) throws(RecordError) -> DecodedValue {
        guard takesNumbers, case .number(let number) = value else { return value }
        if let digits = number.wholeDigits { return DecodedValue(digits) }
        guard let double = number.double, double.magnitude >= 0x1p53 else { return value }
        throw .foreign(.lostDigits(field, value: number.text), place: pointer.text)
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
                throw .foreign(.missing(field), place: pointer.text)
            default:
                let shown = value.lend { $0.shown }
                throw .foreign(.unfit(field, value: shown), place: pointer.text)
            }
        }
        return .text(text)
    }
}

extension DecodedValue {
    /// The value as a table of values names it: text as it is, numbers in their digits.
    var plain: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .number(let number): number.wholeDigits ?? lend { $0.shown }
        default: lend { $0.shown }
        }
    }
}

extension JSONNumber {
    /// A whole number in its digits, of which none is lost: `7` for `7`, `7.0` and `70e-1`. From
    /// 2^53 on, where a `Double` means several numbers, it must be written in digits only.
    fileprivate var wholeDigits: String? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        if digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return text }
        guard let double, double.magnitude < 0x1p53 else { return nil }
        return Int(exactly: double).map { "\($0)" }
    }
}
