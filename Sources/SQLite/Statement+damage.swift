import CSQLite

extension Statement {
    /// An integer that only damage can have put outside a range.
    ///
    /// Outside of it the nearest value in it is given, so that nothing is calculated with numbers
    /// that cannot be; and whoever reads the row gets an error, from ``Database/rows(_:_:_:)`` and
    /// ``Database/row(_:_:_:)`` at once, else with the next step of any statement.
    package func integer(_ column: Int32, in range: ClosedRange<Int64>) -> Int64 {
        let value = integer(column)
        if range.contains(value) { return value }
        note(value, in: column)
        return min(max(value, range.lowerBound), range.upperBound)
    }

    /// The same; nil for NULL.
    package func optionalInteger(_ column: Int32, in range: ClosedRange<Int64>) -> Int64? {
        isNull(column) ? nil : integer(column, in: range)
    }

    /// The nearest integer in a range, where no single row may keep others from being read.
    package func integer(_ column: Int32, clampedTo range: ClosedRange<Int64>) -> Int64 {
        min(max(integer(column), range.lowerBound), range.upperBound)
    }

    package func int(_ column: Int32, in range: ClosedRange<Int64>) -> Int {
        Int(integer(column, in: range))
    }

    package func optionalInt(_ column: Int32, in range: ClosedRange<Int64>) -> Int? {
        isNull(column) ? nil : int(column, in: range)
    }

    /// A number of things, which no file has more of.
    package func count(_ column: Int32) -> Int { int(column, in: 0...(1 << 40)) }

    private func note(_ value: Int64, in column: Int32) {
        let name = name(of: column)
        note(damage: "\(name) cannot be \(value)\(row(of: column))")
    }

    private func name(of column: Int32) -> String {
        let parts = [
            sqlite3_column_table_name(pointer, column),
            sqlite3_column_origin_name(pointer, column) ?? sqlite3_column_name(pointer, column),
        ]
        return parts.compactMap { $0.map { String(cString: $0) } }.joined(separator: ".")
    }

    /// The number of the row, where the statement reads it as well.
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
