import CSQLite
package import StorageErrors

/// A prepared statement. On deinitialization it returns to a pool for reuse.
///
/// Like its connection, a statement belongs to one thread. As in SQLite's API, parameters count
/// from 1 and columns from 0.
package struct SQLiteStatement: ~Copyable {
    private let pointer: OpaquePointer
    private let pooled: PooledStatement
    private let pool: StatementPool
    private let sql: String
    private let path: String

    init(
        _ sql: String, from pool: StatementPool, on database: OpaquePointer, path: String
    ) throws(StorageError) {
        let (taken, code) = pool.take(sql)
        guard let taken else {
            let message = String(cString: sqlite3_errmsg(database))
            throw StorageError(
                code: code, message: message, path: path, sql: sql,
                systemCode: sqlite3_system_errno(database))
        }
        pointer = taken.pointer
        pooled = taken
        self.pool = pool
        self.sql = sql
        self.path = path
    }

    deinit {
        pool.give(pooled)
    }

    // MARK: Parameters

    package func bind(_ integer: Int64, at index: Int32) {
        sqlite3_bind_int64(pointer, index, integer)
    }

    package func bind(_ real: Double, at index: Int32) {
        sqlite3_bind_double(pointer, index, real)
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

    /// The number of rows that this statement changed, if it is the last one that was run.
    package var changes: Int { Int(sqlite3_changes64(sqlite3_db_handle(pointer))) }

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

    private func failure() -> StorageError {
        let database = sqlite3_db_handle(pointer)
        let error = StorageError(
            code: sqlite3_extended_errcode(database),
            message: String(cString: sqlite3_errmsg(database)), path: path, sql: sql,
            systemCode: sqlite3_system_errno(database))
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

    package func real(_ column: Int32) -> Double {
        sqlite3_column_double(pointer, column)
    }

    /// Returns the text in a column, or an empty string for NULL.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let size = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    }

    /// Calls `body` with the bytes in a column. They are valid only until the next step.
    package func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let start = sqlite3_column_blob(pointer, column)
        let size = Int(sqlite3_column_bytes(pointer, column))
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size))
    }

    // MARK: Invalid values

    /// Records an error about an invalid value in a column of the current row, to be thrown by the
    /// next step of any statement of the connection.
    package func note(invalid value: Int64, in column: Int32) {
        let message = "\(name(of: column)) has the invalid value \(value)\(row(of: column))"
        pool.note(
            StorageError(
                code: SQLITE_CORRUPT,
                message: "\(message); run 'callback-reports verify' to list the damage",
                path: path))
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

/// A prepared statement that is kept for reuse.
final class PooledStatement {
    fileprivate let pointer: OpaquePointer
    fileprivate var isIdle = false

    fileprivate init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        sqlite3_finalize(pointer)
    }
}

/// The prepared statements of a connection.
///
/// Preparing a statement takes longer than running most of them. Statements in use stay in the
/// table, because finding a text of some hundred bytes in it takes a part of that time, too.
final class StatementPool {
    private let database: OpaquePointer
    private var known: [String: PooledStatement] = [:]
    /// The first error about an invalid value that has not been thrown yet.
    private var damage: StorageError?

    /// More than the number of distinct statements in the program. A statement that contains values
    /// in its text then cannot fill the memory.
    private static let limit = 100

    init(_ database: OpaquePointer) {
        self.database = database
    }

    func note(_ damage: StorageError) {
        if self.damage == nil { self.damage = damage }
    }

    func takeDamage() -> StorageError? {
        damage.take()
    }

    /// Returns a statement for exclusive use. If it cannot be prepared, it is nil and the connection
    /// has the error.
    func take(_ sql: String) -> (statement: PooledStatement?, code: Int32) {
        let same = known[sql]
        if let same, same.isIdle {
            same.isIdle = false
            return (same, SQLITE_OK)
        }
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { return (nil, code) }
        let prepared = PooledStatement(pointer)
        // While a statement is in use, another one with the same text is not kept.
        if same == nil, known.count < Self.limit { known[sql] = prepared }
        return (prepared, code)
    }

    /// Returns a statement to the pool without its parameters and locks.
    func give(_ statement: PooledStatement) {
        sqlite3_reset(statement.pointer)
        sqlite3_clear_bindings(statement.pointer)
        statement.isIdle = true
    }
}
