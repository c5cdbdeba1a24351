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
