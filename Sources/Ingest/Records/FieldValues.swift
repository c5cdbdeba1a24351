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
struct FieldValues {
    /// Whether all values are text, as in CSV, so that numbers are parsed from it.
    let isTextual: Bool
    private var slots = InlineArray<14, FieldValue>(repeating: .absent)
    private var seen: UInt16 = 0

    init(isTextual: Bool) {
        self.isTextual = isTextual
    }

    subscript(field: RecordField) -> FieldValue { slots[field.index] }

    /// Fills a slot. Returns false if it was filled before, even with `absent`.
    mutating func set(_ field: RecordField, to value: FieldValue) -> Bool {
        let bit: UInt16 = 1 << UInt16(field.index)
        guard seen & bit == 0 else { return false }
        seen |= bit
        slots[field.index] = value
        return true
    }

    /// Clears all slots for the next record.
    mutating func clear() {
        for index in slots.indices { slots[index] = .absent }
        seen = 0
    }
}
