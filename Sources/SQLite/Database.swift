import CSQLite
import Glibc
package import StorageErrors

/// A connection to an SQLite database in WAL mode.
///
/// Commits are on disk when they return (`synchronous = FULL`). If another connection has locked
/// the database, calls wait for it up to a timeout. A connection may be used by one thread only.
///
///     let database = try Database(path: "callbacks.db")
///     let sql = "SELECT count(*) FROM attempts WHERE company = ?"
///     let count = try database.integer(sql, [.text("A")])
package final class Database {
    package let path: String
    /// Whether this connection has created the database.
    package private(set) var isNew = false
    private let handle: DatabaseHandle
    private let statements: StatementPool

    /// How long a connection waits for a lock, in milliseconds.
    package static let timeout: Int32 = 10_000

    private static let cacheKilobytes = 32 * 1024
    /// The page size of new files. Compared to SQLite's default of 4 KiB, half as many pages have
    /// to be written one by one, which makes imports 5 percent faster.
    private static let pageBytes = 8192
    package static let checkpointPages = 4096

    /// The application ID that marks our files: "CBRP". See
    /// https://sqlite.org/pragma.html#pragma_application_id.
    private static let applicationID: Int64 = 0x4342_5250

    /// Opens the database, or creates it with mode 0600.
    ///
    /// - Parameters:
    ///   - path: the path of the database file.
    ///   - timeout: how long to wait for locks, in milliseconds.
    ///   - mayCreate: whether a missing file is created.
    /// - Throws: ``StorageError`` if the file cannot be opened, is not a database, belongs to another
    ///   program, or was deleted or emptied since it was created.
    package init(
        path: String, timeout: Int32 = Database.timeout, mayCreate: Bool = true
    ) throws(StorageError) {
        self.path = path
        if let loss = Self.loss(at: path) { throw loss }
        handle = try DatabaseHandle(path: path, mayCreate: mayCreate)
        statements = StatementPool(handle.pointer)
        handle.wait(upTo: timeout)
        try checkOwner()
        if isNew { rememberCreation() }
        try useWAL(timeout)
        try keepWALForOtherUsers()
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        // Keep the changes of a large transaction in memory until the commit, and copy pages that
        // several transactions change to the file only once.
        try keepPages(upTo: Self.cacheKilobytes)
        try checkpoint(every: Self.checkpointPages)
        // Recommended by https://sqlite.org/security.html for files that others may have written.
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA cell_size_check = ON")
    }

    private func checkOwner() throws(StorageError) {
        if try owner() == Self.applicationID { return }
        try execute("PRAGMA page_size = \(Self.pageBytes)")
        // Another process may be initializing the same new file, and creates its tables next.
        try transaction { () throws(StorageError) in
            let owner = try owner()
            if owner == Self.applicationID { return }
            guard owner == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
                throw StorageError(
                    code: SQLITE_NOTADB, message: "this database belongs to another program",
                    path: path)
            }
            try execute("PRAGMA application_id = \(Self.applicationID)")
            isNew = true
        }
    }

    /// Returns an error if a database was created at this path but is missing or empty now.
    package static func loss(at path: String) -> StorageError? { CreationMarker(nextTo: path).loss }

    /// Records next to the database that it exists, so that its loss is noticed.
    package func rememberCreation() { CreationMarker(nextTo: path).write() }

    /// Keeps the WAL and its index when the last connection is closed, if other users may read the
    /// database. They cannot read it without these files, and may not be able to create them. See
    /// https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlpersistwal.
    private func keepWALForOtherUsers() throws(StorageError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o044 != 0 else { return }
        handle.keepWAL()
        // With any limit, the last connection truncates the WAL to zero bytes.
        try execute("PRAGMA journal_size_limit = \(Self.largestWAL)")
    }

    private static let largestWAL = 1 << 30

    private func owner() throws(StorageError) -> Int64 {
        try integer("PRAGMA application_id")
    }

    /// Turns on WAL mode. SQLite does not call the busy handler for this, so retry here. See
    /// https://sqlite.org/c3ref/busy_handler.html.
    private func useWAL(_ timeout: Int32) throws(StorageError) {
        for wait in 0...timeout {
            do throws(StorageError) {
                return try execute("PRAGMA journal_mode = WAL")
            } catch {
                guard error.isBusy, wait < timeout else { throw error }
                usleep(1000)
            }
        }
    }

    /// Sets the size of the page cache, in kilobytes.
    package func keepPages(upTo kilobytes: Int) throws(StorageError) {
        try execute("PRAGMA cache_size = -\(kilobytes)")
    }

    // MARK: Statements

    package func prepare(_ sql: String) throws(StorageError) -> Statement {
        try Statement(sql, from: statements, on: handle.pointer, path: path)
    }

    /// Runs a statement to completion.
    package func execute(_ sql: String, _ values: [Value] = []) throws(StorageError) {
        let statement = try prepare(sql)
        statement.bind(values)
        try statement.run()
    }

    /// Runs a statement to completion, and returns the number of rows that it changed.
    package func change(_ sql: String, _ values: [Value] = []) throws(StorageError) -> Int {
        let statement = try prepare(sql)
        statement.bind(values)
        return try statement.change()
    }

    /// Runs a statement with a RETURNING clause to completion.
    ///
    /// - Returns: The integer in the first column of the first row, or nil if it changed no row.
    package func returned(_ sql: String, _ values: [Value] = []) throws(StorageError) -> Int64? {
        let statement = try prepare(sql)
        statement.bind(values)
        return try statement.returned()
    }

    /// Runs several statements without parameters.
    package func executeAll(_ script: String) throws(StorageError) {
        var message: UnsafeMutablePointer<CChar>?
        let code = sqlite3_exec(handle.pointer, script, nil, nil, &message)
        defer { sqlite3_free(message) }
        guard code == SQLITE_OK else {
            let text = message.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
            throw StorageError(code: code, message: text, path: path)
        }
    }

    /// Returns the results of calling `read` with each row.
    ///
    /// - Parameters:
    ///   - sql: the statement.
    ///   - values: the values of its parameters.
    ///   - read: converts the current row.
    /// - Throws: ``StorageError`` if the statement fails or a row contains an invalid value.
    package func rows<Row>(
        _ sql: String, _ values: [Value] = [], _ read: (borrowing Statement) -> Row
    ) throws(StorageError) -> [Row] {
        let statement = try prepare(sql)
        statement.bind(values)
        var rows: [Row] = []
        while try statement.step() {
            rows.append(read(statement))
            try throwDamage()
        }
        return rows
    }

    /// Returns the result of calling `read` with the first row, or nil if there is none.
    package func row<Row>(
        _ sql: String, _ values: [Value] = [], _ read: (borrowing Statement) -> Row
    ) throws(StorageError) -> Row? {
        let statement = try prepare(sql)
        statement.bind(values)
        guard try statement.step() else { return nil }
        let row = read(statement)
        try throwDamage()
        return row
    }

    /// Throws if an invalid value was read.
    private func throwDamage() throws(StorageError) {
        if let damage = statements.takeDamage() { throw damage }
    }

    /// Discards the error about an invalid value, for operations that must happen regardless.
    func forgetDamage() {
        _ = statements.takeDamage()
    }

    /// Returns the integer in the first column of the first row, or 0 if there is no row or the
    /// value is NULL.
    package func integer(_ sql: String, _ values: [Value] = []) throws(StorageError) -> Int64 {
        try row(sql, values) { $0.integer(0) } ?? 0
    }

    /// Returns the schema version, which changes with each change of the schema.
    ///
    /// It also changes when a backup is restored into the file. Cached rows that were read under
    /// another version may then be outdated. See
    /// https://sqlite.org/pragma.html#pragma_schema_version.
    package func schemaVersion() throws(StorageError) -> Int64 {
        try integer("PRAGMA schema_version")
    }

    /// Whether no transaction is open.
    package var isIdle: Bool { sqlite3_get_autocommit(handle.pointer) != 0 }
}
