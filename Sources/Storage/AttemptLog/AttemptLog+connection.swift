import SQL
package import StorageErrors

/// The connection of the log, which other stores share.
extension AttemptLog {
    /// Opens a connection to a database, and the log in it.
    ///
    /// - Parameters:
    ///   - path: The path of the database file.
    ///   - timeout: How long to wait for another program's transaction, in milliseconds.
    ///   - mayCreate: Whether to create the database if it is missing.
    ///   - building: As in ``init(_:building:)``.
    package convenience init(
        path: String, timeout: Int32 = AttemptLog.timeout, mayCreate: Bool = true,
        building: (Double) -> Void = { _ in }
    ) throws(StorageError) {
        try self.init(
            Database(path: path, timeout: timeout, mayCreate: mayCreate), building: building)
    }

    /// The default time to wait for another program's transaction, in milliseconds.
    package static let timeout = Database.timeout

    /// Runs `body` in one transaction, which everything becomes part of that the stores on this
    /// connection write. It is rolled back if `body` throws.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try database.begin()
        do {
            let result = try body()
            try database.commit()
            return result
        } catch {
            database.rollBack()
            throw error
        }
    }

    /// Gives other writers a turn, after a long transaction. A database does not queue its writers.
    package func yieldWriteLock() {
        database.yieldWriteLock(.short)
    }

    /// Like ``write(at:_:)``, as one of many transactions of a long import: other writers get a
    /// turn afterwards.
    package func writeInBulk<Result>(
        _ body: (inout AttemptWriter) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let result = try write(body)
        database.yieldWriteLock(.short)
        return result
    }

    /// Runs `body` in one transaction, which is committed only if `body` says so.
    ///
    /// Other writers wait until it ends.
    package func allOrNothing<Result>(
        _ body: () throws(StorageError) -> (result: Result, isKept: Bool)
    ) throws(StorageError) -> Result {
        try database.begin()
        do {
            let (result, isKept) = try body()
            if isKept { try database.commit() } else { database.rollBack() }
            return result
        } catch {
            database.rollBack()
            throw error
        }
    }

    /// Runs `body` in one read transaction, so that it sees one state of the database.
    package func consistently<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.read, body)
    }

    /// Tunes the connection for a series of large transactions.
    package func prepareForBulkImport() throws(StorageError) {
        try database.prepareForBulkWrites()
    }

    /// The path of the database file.
    package var path: String { database.path }

    // MARK: Maintenance

    /// Returns the name of the network file system that contains a path, or `nil` if it is another
    /// file system. A database there can be corrupted.
    package static func networkFileSystem(at path: String) -> String? {
        Database.networkFileSystem(at: path)
    }

    /// Copies changes from the write-ahead log (WAL) to the database file, without waiting for
    /// others.
    package func checkpoint() throws(StorageError) {
        try database.checkpoint()
    }

    /// Empties the WAL, which a file that was deleted or replaced has left.
    ///
    /// - Returns: False if another connection still uses it.
    package func emptyWAL() throws(StorageError) -> Bool {
        try database.emptyWAL()
    }
}
