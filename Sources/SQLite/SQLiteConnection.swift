import CSQLite
import Glibc
package import StorageErrors

/// A connection to an SQLite database in WAL mode.
///
/// Commits are on disk when they return (`synchronous = FULL`). If another connection has locked
/// the database, calls wait for it up to a timeout. A connection may be used by one thread only.
///
/// The stores use it through `Database` of the module SQL.
package final class SQLiteConnection {
    package let path: String
    /// Whether this connection has created the database.
    package private(set) var isNew = false
    private let handle: DatabaseHandle
    private let statements: StatementPool

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
    ///   - path: The path of the database file.
    ///   - timeout: How long to wait for locks, in milliseconds.
    ///   - mayCreate: Whether a missing file is created.
    /// - Throws: ``StorageError`` if the file cannot be opened, is not a database, belongs to another
    ///   program, or was deleted or emptied since it was created.
    package init(path: String, timeout: Int32, mayCreate: Bool) throws(StorageError) {
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
        try begin(writing: true)
        do throws(StorageError) {
            try claimNewFile()
            try commit()
        } catch {
            rollBack()
            throw error
        }
    }

    /// Marks an empty file as ours. Another process may have just done so, and creates its tables
    /// next.
    private func claimNewFile() throws(StorageError) {
        let owner = try owner()
        if owner == Self.applicationID { return }
        guard owner == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 else {
            throw .ofOtherProgram(path)
        }
        try execute("PRAGMA application_id = \(Self.applicationID)")
        isNew = true
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

    // MARK: Statements

    package func prepare(_ sql: String) throws(StorageError) -> SQLiteStatement {
        try SQLiteStatement(sql, from: statements, on: handle.pointer, path: path)
    }

    /// Runs several statements without parameters.
    package func executeAll(_ script: String) throws(StorageError) {
        var message: UnsafeMutablePointer<CChar>?
        let code = sqlite3_exec(handle.pointer, script, nil, nil, &message)
        defer { sqlite3_free(message) }
        guard code == SQLITE_OK else {
            let text = message.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
            throw StorageError(
                code: code, message: text, path: path,
                systemCode: sqlite3_system_errno(handle.pointer))
        }
    }

    /// Throws if an invalid value was read.
    package func throwDamage() throws(StorageError) {
        if let damage = statements.takeDamage() { throw damage }
    }

    private func execute(_ sql: String) throws(StorageError) {
        try prepare(sql).run()
    }

    private func integer(_ sql: String) throws(StorageError) -> Int64 {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    // MARK: Transactions

    /// Whether no transaction is open.
    package var isIdle: Bool { sqlite3_get_autocommit(handle.pointer) != 0 }

    /// Begins a transaction. See https://sqlite.org/lang_transaction.html.
    ///
    /// - Parameter writing: Whether it acquires the write lock immediately, so that it cannot fail
    ///   halfway because another connection writes.
    package func begin(writing: Bool) throws(StorageError) {
        try execute(writing ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED")
    }

    /// Commits the transaction. If the commit fails, the transaction is rolled back.
    package func commit() throws(StorageError) {
        do {
            try execute("COMMIT")
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rolls back the open transaction. After a failure, SQLite may already have done so.
    package func rollBack() {
        guard !isIdle else { return }
        // The rollback must happen even if an invalid value was read.
        _ = statements.takeDamage()
        // If the rollback fails, the next connection that opens the file rolls back.
        try? execute("ROLLBACK")
    }

    /// Sets whether commits are on disk when they return, or with a later commit that is.
    ///
    /// See https://sqlite.org/pragma.html#pragma_synchronous.
    package func setDurable(_ isDurable: Bool) throws(StorageError) {
        try execute("PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
    }

    /// Turns the checks of foreign keys on or off. Without effect inside a transaction; see
    /// https://sqlite.org/pragma.html#pragma_foreign_keys.
    package func setReferenceChecks(_ areOn: Bool) throws(StorageError) {
        try execute("PRAGMA foreign_keys = \(areOn ? "ON" : "OFF")")
    }
}

extension SQLiteConnection {
    /// Sets the size of the page cache, in kilobytes.
    package func keepPages(upTo kilobytes: Int) throws(StorageError) {
        try executeAll("PRAGMA cache_size = -\(kilobytes)")
    }

    /// Copies committed pages from the WAL to the database file, as far as possible without
    /// waiting.
    ///
    /// See https://sqlite.org/pragma.html#pragma_wal_checkpoint.
    package func checkpoint() throws(StorageError) {
        try executeAll("PRAGMA wal_checkpoint(PASSIVE)")
    }

    /// Copies all committed pages from the WAL to the database file and empties the WAL.
    ///
    /// Call it for a file that was replaced. Otherwise a program that opens the new file would
    /// apply the WAL of the old file to it.
    ///
    /// - Returns: False if another connection still uses the WAL.
    package func emptyWAL() throws(StorageError) -> Bool {
        let statement = try prepare("PRAGMA wal_checkpoint(TRUNCATE)")
        return try statement.step() && statement.integer(0) == 0
    }

    /// Sets the size of the WAL, in pages, at which committed pages are copied to the database
    /// file.
    ///
    /// See https://sqlite.org/pragma.html#pragma_wal_autocheckpoint.
    package func checkpoint(every pages: Int) throws(StorageError) {
        try executeAll("PRAGMA wal_autocheckpoint = \(pages)")
    }
}

/// An empty file next to a database, which records that the database was created.
///
/// Without it, a program could not distinguish its first start from one after the database was
/// deleted or emptied, and would silently begin a new one without the history.
///
/// The name starts with that of the database, so that `rm callbacks.db*` deletes it too.
struct CreationMarker {
    private let database: String

    init(nextTo database: String) {
        self.database = database
    }

    private var path: String { database + "-created" }

    /// Returns an error if the database was created earlier but is missing or empty now.
    var loss: StorageError? {
        guard access(path, F_OK) == 0, let problem = DatabaseAbsence(at: database) else {
            return nil
        }
        let words =
            problem == .missing
            ? "the database was created earlier but is missing now"
            : "the database is empty (0 bytes) but had content earlier"
        return StorageError(
            .unavailable, at: database, words,
            remedy: "restore it from a backup; to begin a new one without the history, delete "
                + "\(path)")
    }

    /// Creates the marker. A failure is not an error, because the database works without it.
    func write() {
        guard access(path, F_OK) != 0 else { return }
        let descriptor = open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }
}

extension DatabaseAbsence {
    /// Nil if the path has a file with content, or if this user may not look.
    package init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return nil }
            self = .missing
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 else { return nil }
        self = .empty
    }
}
