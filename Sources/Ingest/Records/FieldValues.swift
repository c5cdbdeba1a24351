/// What one field of a record held, before any rule was applied.
///
/// The bytes belong to the line: a value lives no longer than the call that parses it.
enum FieldValue {
    case absent
    /// UTF-8 that was checked.
    case text(UnsafeRawBufferPointer)
    case number(Double)
    case boolean(Bool)
    /// An object, an array, or a number beyond every range.
    case other
}

/// The values of one record, a slot for each field.
struct FieldValues {
    /// True where every value is text, as in CSV: numbers are then read from it.
    let isTextual: Bool
    private var slots = InlineArray<13, FieldValue>(repeating: .absent)
    private var seen: UInt16 = 0

    init(isTextual: Bool) {
        self.isTextual = isTextual
    }

    subscript(field: RecordField) -> FieldValue { slots[field.index] }

    /// Fills a slot; false when it was filled before, also with `absent`.
    mutating func set(_ field: RecordField, to value: FieldValue) -> Bool {
        let bit: UInt16 = 1 << UInt16(field.index)
        guard seen & bit == 0 else { return false }
        seen |= bit
        slots[field.index] = value
        return true
    }

    /// Empties every slot, for the next record.
    mutating func clear() {
        for index in slots.indices { slots[index] = .absent }
        seen = 0
    }
}
