import CSQLite
package import StorageErrors

/// A prepared statement. On deinitialization it returns to a pool for reuse.
///
/// Like its connection, a statement belongs to one thread. As in SQLite's API, parameters count
/// from 1 and columns from 0.
///
///     let statement = try database.prepare("SELECT id FROM queue WHERE priority > ?")
///     statement.bind(5, at: 1)
///     while try statement.step() {
///         print(statement.integer(0))
///     }
package struct Statement: ~Copyable {
    let pointer: OpaquePointer
    private let pool: StatementPool
    private let sql: String
    private let path: String

    init(
        _ sql: String, from pool: StatementPool, on database: OpaquePointer, path: String
    ) throws(StorageError) {
        let (prepared, code) = pool.take(sql)
        guard code == SQLITE_OK, let prepared else {
            let message = String(cString: sqlite3_errmsg(database))
            throw StorageError(code: code, message: message, path: path, sql: sql)
        }
        pointer = prepared
        self.pool = pool
        self.sql = sql
        self.path = path
    }

    deinit {
        pool.give(pointer, sql)
    }

    // MARK: Parameters

    package func bind(_ integer: Int64, at index: Int32) {
        sqlite3_bind_int64(pointer, index, integer)
    }

    package func bind(_ integer: Int, at index: Int32) {
        sqlite3_bind_int64(pointer, index, Int64(integer))
    }

    package func bind(_ integer: Int?, at index: Int32) {
        if let integer { bind(integer, at: index) } else { bindNull(at: index) }
    }

    package func bind(_ text: String, at index: Int32) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = callback_bind_text(
                    pointer, index, characters.baseAddress, Int32(characters.count))
            }
        }
    }

    package func bind(_ bytes: [UInt8], at index: Int32) {
        bytes.withUnsafeBytes { buffer in
            if let start = buffer.baseAddress, !buffer.isEmpty {
                _ = callback_bind_blob(pointer, index, start, Int32(buffer.count))
            } else {
                sqlite3_bind_zeroblob(pointer, index, 0)
            }
        }
    }

    package func bindNull(at index: Int32) {
        sqlite3_bind_null(pointer, index)
    }

    package func bind(_ value: Value, at index: Int32) {
        switch value {
        case .null: bindNull(at: index)
        case .integer(let integer): bind(integer, at: index)
        case .real(let real): sqlite3_bind_double(pointer, index, real)
        case .text(let text): bind(text, at: index)
        case .blob(let bytes): bind(bytes, at: index)
        }
    }

    package func bind(_ values: [Value]) {
        for (offset, value) in values.enumerated() {
            bind(value, at: Int32(offset + 1))
        }
    }

    // MARK: Running

    /// Moves to the next row. Returns false if there is none; the statement can then be bound and
    /// run again.
    package func step() throws(StorageError) -> Bool {
        if let damage = pool.takeDamage() {
            sqlite3_reset(pointer)
            throw damage
        }
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(pointer)
            return false
        default: throw failure()
        }
    }

    /// Runs a statement that returns no rows. It can then be bound and run again.
    package func run() throws(StorageError) {
        while try step() {}
    }

    /// Runs a statement like ``run()``, and returns the number of rows that it changed.
    package func change() throws(StorageError) -> Int {
        try run()
        return Int(sqlite3_changes64(sqlite3_db_handle(pointer)))
    }

    /// Runs a statement with a RETURNING clause to completion.
    ///
    /// - Returns: The integer in the first column of the first row, or nil if it changed no row.
    package func returned() throws(StorageError) -> Int64? {
        guard try step() else { return nil }
        let value = integer(0)
        // A statement outside a transaction commits with its last step, which can fail.
        try run()
        return value
    }

    /// Resets the statement, discarding the remaining rows.
    package func reset() {
        sqlite3_reset(pointer)
    }

    /// How often SQLite has prepared the statement again, which it does when the schema changes.
    ///
    /// Restoring a backup into the file also counts as a schema change. As long as this number is
    /// the same, no backup was restored. Reading it costs nothing. See
    /// https://sqlite.org/c3ref/c_stmtstatus_counter.html.
    package var renewals: Int32 {
        sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 0)
    }

    /// Records an error about an invalid value, to be thrown later.
    func note(damage message: String) {
        pool.note(
            StorageError(
                code: SQLITE_CORRUPT,
                message: "\(message); run 'callback-reports verify' to list the damage",
                path: path)
        )
    }

    private func failure() -> StorageError {
        let database = sqlite3_db_handle(pointer)
        let error = StorageError(
            code: sqlite3_extended_errcode(database),
            message: String(cString: sqlite3_errmsg(database)), path: path, sql: sql)
        sqlite3_reset(pointer)
        return error
    }

    // MARK: Columns

    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    package func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(pointer, column)
    }

    package func int(_ column: Int32) -> Int {
        Int(integer(column))
    }

    package func optionalInt(_ column: Int32) -> Int? {
        isNull(column) ? nil : int(column)
    }

    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    package func real(_ column: Int32) -> Double {
        sqlite3_column_double(pointer, column)
    }

    /// Returns the text in a column, or an empty string for NULL.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let size = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }

    package func optionalText(_ column: Int32) -> String? {
        isNull(column) ? nil : text(column)
    }

    /// Calls `body` with the bytes in a column. They are valid only until the next step.
    package func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let start = sqlite3_column_blob(pointer, column)
        let size = Int(sqlite3_column_bytes(pointer, column))
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size))
    }

    package func blob(_ column: Int32) -> [UInt8] {
        withBlob(column) { [UInt8]($0) }
    }
}
