/// The value of one field before any rule is applied.
///
/// The bytes belong to the line, so a value is valid only during the call that parses it.
enum FieldValue {
    case absent
    /// Valid UTF-8.
    case text(UnsafeRawBufferPointer)
    case number(Double)
    case boolean(Bool)
    /// An object, an array, or a number that is out of range.
    case other
}

/// The values of one record, with a slot for each field.
///
/// A copy shares the slots, so only the owner may fill them.
struct FieldValues {
    /// Whether all values are text, as in CSV, so that numbers are parsed from it.
    let isTextual: Bool
    private let slots = Slots()
    private var seen: UInt16 = 0

    init(isTextual: Bool) {
        self.isTextual = isTextual
    }

    subscript(field: RecordField) -> FieldValue { slots.first[field.index] }

    /// Fills a slot. Returns false if it was filled before, even with `absent`.
    mutating func set(_ field: RecordField, to value: FieldValue) -> Bool {
        let bit: UInt16 = 1 << UInt16(field.index)
        guard seen & bit == 0 else { return false }
        seen |= bit
        slots.first[field.index] = value
        return true
    }

    /// Clears all slots for the next record.
    mutating func clear() {
        slots.first.update(repeating: .absent, count: Slots.count)
        seen = 0
    }
}

/// Memory for the values of one record.
///
/// The slots are not in the struct: the optimizer would copy all of them to read one.
private final class Slots {
    static let count = RecordField.allCases.count
    let first: UnsafeMutablePointer<FieldValue>

    init() {
        first = .allocate(capacity: Self.count)
        first.initialize(repeating: .absent, count: Self.count)
    }

    deinit {
        first.deallocate()
    }
}

extension FieldValues {
    /// Returns the number of an optional field. In CSV it is parsed from the cell.
    func optionalNumber(_ field: RecordField) throws(RecordError) -> Double? {
        switch self[field] {
        case .absent: return nil
        case .number(let number): return number
        case .text(let bytes) where isTextual:
            if bytes.hasLostDigits { throw .lostDigits(field, value: self[field].shown) }
            guard let number = Decimal.parse(bytes) else { throw unfit(field) }
            return number
        default: throw unfit(field)
        }
    }

    /// Returns a whole number within a range. `200.0` is valid.
    func optionalInteger(
        _ field: RecordField, in range: ClosedRange<Int>
    ) throws(RecordError) -> Int? {
        guard let number = try optionalNumber(field) else { return nil }
        guard let whole = Int(exactly: number), range.contains(whole) else { throw unfit(field) }
        return whole
    }
}
