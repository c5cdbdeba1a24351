import CSQLite
import Glibc

/// A connection to one SQLite file in WAL mode, for one thread.
///
/// Every commit is on the disk when it returns (`synchronous = FULL`). A file that another
/// program holds is waited for.
package final class Database {
    package let path: String
    private let handle: DatabaseHandle
    private let statements: StatementPool
    private var knownIndex: UnsafeRawPointer?

    /// How long a connection waits for another one's transaction, in milliseconds.
    package static let timeout: Int32 = 10_000

    private static let cacheKilobytes = 32 * 1024
    /// Of a new file: half as many pages to be written one by one as with SQLite's own 4 KiB, which
    /// is a twentieth of an import.
    private static let pageBytes = 8192
    package static let checkpointPages = 4096

    /// Marks the file as ours, https://sqlite.org/pragma.html#pragma_application_id: "CBRP".
    private static let applicationID: Int64 = 0x4342_5250

    /// Opens the file, or creates it with mode 0600.
    ///
    /// - Throws: when it cannot be opened, is no database, or is another program's.
    package init(path: String, timeout: Int32 = Database.timeout) throws(DatabaseError) {
        self.path = path
        handle = try DatabaseHandle(path: path)
        statements = StatementPool(handle.pointer)
        handle.wait(upTo: timeout)
        try checkOwner()
        try useWAL(timeout)
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        // What one large transaction changes stays in memory until it is committed, and pages
        // that one after the other changes are copied to the file once for all of them.
        try keepPages(upTo: Self.cacheKilobytes)
        try checkpoint(every: Self.checkpointPages)
        // https://sqlite.org/security.html: recommended for files that others may have written.
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA cell_size_check = ON")
    }

    private func checkOwner() throws(DatabaseError) {
        if try owner() == Self.applicationID { return }
        try execute("PRAGMA page_size = \(Self.pageBytes)")
        // Another process may be marking the same new file, and makes its tables next.
        try transaction { () throws(DatabaseError) in
            let owner = try owner()
            if owner == Self.applicationID { return }
            guard owner == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
                throw DatabaseError(
                    code: SQLITE_NOTADB, message: "this is the database of another program",
                    path: path)
            }
            try execute("PRAGMA application_id = \(Self.applicationID)")
        }
    }

    private func owner() throws(DatabaseError) -> Int64 {
        try integer("PRAGMA application_id")
    }

    /// SQLite itself does not wait here: https://sqlite.org/c3ref/busy_handler.html
    private func useWAL(_ timeout: Int32) throws(DatabaseError) {
        for wait in 0...timeout {
            do throws(DatabaseError) {
                return try execute("PRAGMA journal_mode = WAL")
            } catch {
                guard error.isBusy, wait < timeout else { throw error }
                usleep(1000)
            }
        }
    }

    /// Keeps so many kilobytes of the file's pages in memory.
    package func keepPages(upTo kilobytes: Int) throws(DatabaseError) {
        try execute("PRAGMA cache_size = -\(kilobytes)")
    }

    // MARK: Statements

    package func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        try Statement(sql, from: statements, on: handle.pointer, path: path)
    }

    /// Runs one statement to its end.
    package func execute(_ sql: String, _ values: [Value] = []) throws(DatabaseError) {
        let statement = try prepare(sql)
        statement.bind(values)
        try statement.run()
    }

    /// Runs statements without parameters, one after the other.
    package func executeAll(_ script: String) throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        let code = sqlite3_exec(handle.pointer, script, nil, nil, &message)
        defer { sqlite3_free(message) }
        guard code == SQLITE_OK else {
            let text = message.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
            throw DatabaseError(code: code, message: text, path: path)
        }
    }

    /// The values that `read` makes of each row.
    package func rows<Row>(
        _ sql: String, _ values: [Value] = [], _ read: (borrowing Statement) -> Row
    ) throws(DatabaseError) -> [Row] {
        let statement = try prepare(sql)
        statement.bind(values)
        var rows: [Row] = []
        while try statement.step() {
            rows.append(read(statement))
            try throwDamage()
        }
        return rows
    }

    /// What `read` makes of the first row; nil when there is none.
    package func row<Row>(
        _ sql: String, _ values: [Value] = [], _ read: (borrowing Statement) -> Row
    ) throws(DatabaseError) -> Row? {
        let statement = try prepare(sql)
        statement.bind(values)
        guard try statement.step() else { return nil }
        let row = read(statement)
        try throwDamage()
        return row
    }

    /// Throws where a value was read that cannot be.
    private func throwDamage() throws(DatabaseError) {
        if let damage = statements.takeDamage() { throw damage }
    }

    /// Forgets such a value, for what has to be done in any case.
    func forgetDamage() {
        _ = statements.takeDamage()
    }

    /// The integer in the first column of the first row; 0 when there is none or it is NULL.
    package func integer(_ sql: String, _ values: [Value] = []) throws(DatabaseError) -> Int64 {
        try row(sql, values) { $0.integer(0) } ?? 0
    }

    /// The number of the schema, which rises with each change of it.
    ///
    /// It rises as well when a backup is restored into the file: what was read of rows under
    /// another number may be about others now. https://sqlite.org/pragma.html#pragma_schema_version
    package func schemaVersion() throws(DatabaseError) -> Int64 {
        try integer("PRAGMA schema_version")
    }

    /// The index of the WAL, which is where it is until the connection is closed; nil before it is
    /// used.
    func walIndex() -> UnsafeRawPointer? {
        if knownIndex == nil { knownIndex = callback_wal_index(handle.pointer) }
        return knownIndex
    }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes64(handle.pointer)) }

    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle.pointer) }

    /// Whether no transaction is open.
    package var isIdle: Bool { sqlite3_get_autocommit(handle.pointer) != 0 }
}
