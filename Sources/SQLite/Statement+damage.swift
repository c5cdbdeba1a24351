import CSQLite

extension Statement {
    /// Returns the integer in a column, and detects values outside of a range, which only
    /// corruption can cause.
    ///
    /// For such a value, the nearest value of the range is returned, so that calculations cannot
    /// overflow. The error is thrown by ``Database/rows(_:_:_:)`` and ``Database/row(_:_:_:)``
    /// immediately, and otherwise by the next step of any statement.
    package func integer(_ column: Int32, in range: ClosedRange<Int64>) -> Int64 {
        let value = integer(column)
        if range.contains(value) { return value }
        note(value, in: column)
        return min(max(value, range.lowerBound), range.upperBound)
    }

    /// Returns the integer in a column like ``integer(_:in:)``, or nil for NULL.
    package func optionalInteger(_ column: Int32, in range: ClosedRange<Int64>) -> Int64? {
        isNull(column) ? nil : integer(column, in: range)
    }

    /// Returns the nearest integer in a range, without an error, so that a single row cannot
    /// prevent others from being read.
    package func integer(_ column: Int32, clampedTo range: ClosedRange<Int64>) -> Int64 {
        min(max(integer(column), range.lowerBound), range.upperBound)
    }

    package func int(_ column: Int32, in range: ClosedRange<Int64>) -> Int {
        Int(integer(column, in: range))
    }

    package func optionalInt(_ column: Int32, in range: ClosedRange<Int64>) -> Int? {
        isNull(column) ? nil : int(column, in: range)
    }

    /// Returns a count. No file can contain more items than the upper bound.
    package func count(_ column: Int32) -> Int { int(column, in: 0...(1 << 40)) }

    private func note(_ value: Int64, in column: Int32) {
        let name = name(of: column)
        note(damage: "\(name) has the invalid value \(value)\(row(of: column))")
    }

    private func name(of column: Int32) -> String {
        let parts = [
            sqlite3_column_table_name(pointer, column),
            sqlite3_column_origin_name(pointer, column) ?? sqlite3_column_name(pointer, column),
        ]
        return parts.compactMap { $0.map { String(cString: $0) } }.joined(separator: ".")
    }

    /// Returns the row ID for a message, if the statement selects it.
    private func row(of column: Int32) -> String {
        guard let table = sqlite3_column_table_name(pointer, column) else { return "" }
        let keys = ["id", "place", "number", "run", "key"]
        for other in 0..<sqlite3_column_count(pointer) where other != column {
            guard let owner = sqlite3_column_table_name(pointer, other),
                String(cString: owner) == String(cString: table),
                let origin = sqlite3_column_origin_name(pointer, other),
                keys.contains(String(cString: origin))
            else { continue }
            return " (row \(integer(other)))"
        }
        return ""
    }
}
