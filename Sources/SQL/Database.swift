import Glibc
import SQLite
package import StorageErrors

/// A connection to the database of the stores.
///
/// It offers what all engines have in common. Only this module and the engine's own know which
/// engine it is. A connection may be used by one thread only.
///
///     let database = try Database(path: "callbacks.db")
///     let sql = "SELECT count(*) FROM attempts WHERE company = ?"
///     let count = try database.integer(sql, [.text("A")])
package final class Database {
    /// The engines. They are a closed set, so no protocol is needed.
    enum Engine {
        case sqlite(SQLiteConnection)
    }

    let engine: Engine

    /// How long a connection waits for a lock, in milliseconds.
    package static let timeout: Int32 = 10_000

    /// Opens the database in a file, or creates it with mode 0600.
    ///
    /// - Parameters:
    ///   - path: The path of the database file.
    ///   - timeout: How long to wait for locks, in milliseconds.
    ///   - mayCreate: Whether a missing file is created.
    /// - Throws: ``StorageError`` if the file cannot be opened, is not a database, belongs to another
    ///   program, or was deleted or emptied since it was created.
    package init(
        path: String, timeout: Int32 = Database.timeout, mayCreate: Bool = true
    ) throws(StorageError) {
        engine = .sqlite(
            try SQLiteConnection(path: path, timeout: timeout, mayCreate: mayCreate))
    }

    /// The path of the database file.
    package var path: String {
        switch engine {
        case .sqlite(let connection): connection.path
        }
    }

    // MARK: Statements

    package func prepare(_ sql: String) throws(StorageError) -> Statement {
        switch engine {
        case .sqlite(let connection): Statement(.sqlite(try connection.prepare(sql)))
        }
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
        switch engine {
        case .sqlite(let connection): try connection.executeAll(script)
        }
    }

    /// Returns the results of calling `read` with each row.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - values: The values of its parameters.
    ///   - read: Converts the current row.
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
        switch engine {
        case .sqlite(let connection): try connection.throwDamage()
        }
    }

    /// Returns the integer in the first column of the first row, or 0 if there is no row or the
    /// value is NULL.
    package func integer(_ sql: String, _ values: [Value] = []) throws(StorageError) -> Int64 {
        try row(sql, values) { $0.integer(0) } ?? 0
    }

    /// Returns whether a table or view exists.
    package func hasTable(_ name: String) throws(StorageError) -> Bool {
        switch engine {
        case .sqlite:
            try integer("SELECT count(*) FROM sqlite_schema WHERE name = ?", [.text(name)]) > 0
        }
    }

    /// Returns the schema version, which changes with each change of the schema.
    ///
    /// It also changes when a backup is restored into the file. Cached rows that were read under
    /// another version may then be outdated. See
    /// https://sqlite.org/pragma.html#pragma_schema_version.
    package func schemaVersion() throws(StorageError) -> Int64 {
        switch engine {
        case .sqlite: try integer("PRAGMA schema_version")
        }
    }
}

/// Operations on the file of a database, for engines that have one.
extension Database {
    /// Returns the name of the network file system that contains a path, or nil if it is another
    /// file system or unknown. A database there can be corrupted.
    package static func networkFileSystem(at path: String) -> String? {
        NetworkFileSystem.name(at: path)
    }

    /// Returns why a path has no database, or nil if it may have one.
    package static func absence(at path: String) -> DatabaseAbsence? { DatabaseAbsence(at: path) }

    /// Returns an error if a database was created at this path but is missing or empty now.
    package static func loss(at path: String) -> StorageError? { SQLiteConnection.loss(at: path) }

    /// Whether this connection has created the database.
    package var isNew: Bool {
        switch engine {
        case .sqlite(let connection): connection.isNew
        }
    }

    /// Records next to the database that it exists, so that its loss is noticed.
    package func rememberCreation() {
        switch engine {
        case .sqlite(let connection): connection.rememberCreation()
        }
    }

    /// Tunes the connection for a series of large transactions, of which others see only the end.
    ///
    /// The page cache is smaller than usual because the transactions need the memory, and only
    /// pages that one transaction changes are used again. Checkpoints are rare, so that pages that
    /// several transactions change are copied once.
    package func prepareForBulkWrites() throws(StorageError) {
        switch engine {
        case .sqlite(let connection):
            try connection.keepPages(upTo: 9 * 1024)
            try connection.checkpoint(every: 4 * SQLiteConnection.checkpointPages)
        }
    }

    /// Copies committed pages from the WAL to the database file, as far as possible without
    /// waiting.
    package func checkpoint() throws(StorageError) {
        switch engine {
        case .sqlite(let connection): try connection.checkpoint()
        }
    }

    /// Copies all committed pages from the WAL to the database file and empties the WAL.
    ///
    /// Call it for a file that was replaced. Otherwise a program that opens the new file would
    /// apply the WAL of the old file to it.
    ///
    /// - Returns: False if another connection still uses the WAL.
    package func emptyWAL() throws(StorageError) -> Bool {
        switch engine {
        case .sqlite(let connection): try connection.emptyWAL()
        }
    }
}

/// The files that the path of a database leads to: the database, its WAL and the WAL index.
///
/// They do not change while a connection is open, unless a file is deleted or replaced.
package struct DatabaseFiles: Equatable, Sendable {
    private let database: FileIdentity?
    private let wal: FileIdentity?
    private let index: FileIdentity?

    package init(at path: String) {
        database = FileIdentity(path)
        // SQLite follows symbolic links and creates these files next to the target.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let file = resolved.map { String(cString: $0) } ?? path
        wal = FileIdentity(file + "-wal")
        index = FileIdentity(file + "-shm")
    }
}
