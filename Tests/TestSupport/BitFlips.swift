package import SQL
package import StorageErrors

/// One bit of one value of a table, which a faulty disk or memory changes.
package struct BitFlip: CustomStringConvertible {
    package let table: String
    package let column: String
    private let row: Int64
    private let bit: Int

    package var description: String { "\(table).\(column) row \(row) bit \(bit)" }

    /// Chooses a column of a table that has rows, and then a row and a bit.
    ///
    /// - Parameter tables: Of which one is chosen; nil for all.
    package static func random(
        in database: Database, _ tables: [String]? = nil,
        using random: inout some RandomNumberGenerator
    ) throws(StorageError) -> BitFlip? {
        let columns = try database.rows(
            """
            SELECT tables.name, columns.name FROM sqlite_schema AS tables
            JOIN pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'
            """
        ) { (table: $0.text(0), column: $0.text(1)) }
        .filter { tables?.contains($0.table) ?? true }
        while let chosen = columns.randomElement(using: &random) {
            let rows = try database.integer("SELECT count(*) FROM \(chosen.table)")
            guard rows > 0 else { continue }
            return BitFlip(
                table: chosen.table, column: chosen.column,
                row: .random(in: 0..<rows, using: &random),
                bit: .random(in: 0..<4096, using: &random))
        }
        return nil
    }

    /// Changes the bit.
    ///
    /// - Returns: False where nothing changes: the value is null or empty, or a constraint refuses
    ///   the new one, which then cannot come about so.
    package func apply(to database: Database) throws(StorageError) -> Bool {
        let before = try content(database)
        let keys = try database.rows(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [.text(table)]
        ) { $0.text(0) }.joined(separator: ", ")
        let isRow = """
            (\(keys)) = (SELECT \(keys) FROM \(table) ORDER BY \(keys) LIMIT 1 OFFSET \(row))
            """
        let value = try database.row(
            "SELECT typeof(\(column)), \(column) FROM \(table) WHERE \(isRow)"
        ) { (type: $0.text(0), bytes: $0.blob(1), number: $0.integer(1)) }
        guard let value, let new = flipped(value.type, value.bytes, value.number) else {
            return false
        }
        try database.execute("PRAGMA foreign_keys = OFF")
        try? database.execute("UPDATE \(table) SET \(column) = ? WHERE \(isRow)", [new])
        return try content(database) != before
    }

    private func flipped(_ type: String, _ bytes: [UInt8], _ number: Int64) -> Value? {
        if type == "integer" { return .integer(number ^ Int64(bitPattern: 1 << UInt64(bit % 64))) }
        guard !bytes.isEmpty, type == "blob" || type == "text" else { return nil }
        var changed = bytes
        changed[bit / 8 % changed.count] ^= 1 << UInt8(bit % 8)
        return type == "blob" ? .blob(changed) : .text(String(decoding: changed, as: UTF8.self))
    }

    private func content(_ database: Database) throws(StorageError) -> [String] {
        let columns = try database.rows(
            "SELECT 'quote(' || name || ')' FROM pragma_table_info(?)", [.text(table)]
        ) { $0.text(0) }
        return try database.rows(
            "SELECT \(columns.joined(separator: " || ',' || ")) FROM \(table)"
        ) { $0.text(0) }
    }
}
