package import CivilTime
package import SQL
package import StorageErrors

/// The store of delivery attempts and of the counts derived from them.
///
/// ```swift
/// let log = try AttemptLog(database)
/// let results = try log.write { (writer) throws(StorageError) in
///     try writer.record(attempts)
/// }
/// let tally = try log.tally(company: "HA", in: period)
/// ```
///
/// Guarantees:
/// - A callback counts once: at the time when its latest attempt finished, with the outcome of that
///   attempt. The latest attempt is the one with the highest ``AttemptRank``.
/// - Attempts and counts are committed in one transaction. The counts equal a recount of the
///   attempts, in whatever order the records arrive.
/// - Recording is idempotent. If two records of one attempt differ,
///   ``Attempt/takesPrecedence(over:)`` decides which one is kept, regardless of their order.
/// - The cost of a report depends on the length of its period, not on the size of the log.
/// - Pruning deletes attempts and keeps their counts. Attempts that finished before the limit of
///   ``prune(before:progress:)`` are rejected, because they may have been counted already.
///
/// Use an instance on one thread, like its connection. Other connections of this or another process
/// can read and write at the same time. Writers wait for each other.
///
/// Everything that the closure of ``write(at:clock:_:)`` writes to the same database, such as a position
/// in a source file, is committed together with the attempts or not at all.
///
/// The directories: `Recording` validates and writes attempts. `Counts` and `Endpoints` maintain
/// derived data. `Reading` queries attempts. `Clock` compares the clock with the records.
/// `CallbackIndex` finds the attempts of a callback. `Maintenance` prunes, verifies and repairs.
package final class AttemptLog {
    package let database: Database
    package let knownRoutes = DimensionCache()

    /// Opens the log in a database, and creates or migrates its tables.
    ///
    /// - Parameter building: Called from time to time while the index of an older file is built,
    ///   with the fraction that is done.
    package init(
        _ database: Database, building: (Double) -> Void = { _ in }
    ) throws(StorageError) {
        self.database = database
        try database.migrate(Self.schema)
        try CallbackIndex(database: database).buildWherePending(progress: building)
        try AttemptChecksums.buildWherePending(in: database, progress: building)
        try EndpointBuild(database).runIfPending()
    }

    /// Returns the prune limit, or `nil` if the log was never pruned. Earlier records are
    /// rejected.
    package func prunedBefore() throws(StorageError) -> Instant? {
        try database.row("SELECT pruned_before FROM log_limit") {
            $0.instant(0)
        }
    }

    /// Runs `body` with a writer, in one transaction together with everything else that it writes.
    ///
    /// Counts and attempts are committed together or not at all.
    ///
    /// - Parameters:
    ///   - now: The current time, if the attempts ended just now. A later prune limit is then
    ///     ignored, because only a wrong clock can have set it. Pass `nil` for records of any time,
    ///     which are rejected until the limit is repaired.
    ///   - clock: The current time, if the attempts may have ended at any time. Attempts that are
    ///     ahead of it are noted.
    ///   - body: Records attempts. It may run again if the transaction is retried.
    /// - Returns: The result of `body`.
    /// - Throws: A ``StorageError`` if the transaction failed. Then nothing was written.
    package func write<Result>(
        at now: Instant? = nil, clock: Instant? = nil,
        _ body: (inout AttemptWriter) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        var routes = DimensionCache.State()
        let result = try database.transaction { () throws(StorageError) in
            let known = knownRoutes.state(under: try database.schemaVersion())
            var limit = try prunedBefore()
            if let now, let former = limit, former > now { limit = nil }
            var writer = try AttemptWriter(
                database, notBefore: limit, clock: clock ?? now, known)
            let result = try body(&writer)
            try writer.finish()
            routes = writer.routes
            return result
        }
        // An enclosing transaction may still be rolled back.
        if database.isIdle { knownRoutes.replace(with: routes) }
        return result
    }

    /// Returns the SIDs of all companies in the log.
    package func companies() throws(StorageError) -> [String] {
        try database.rows("SELECT sid FROM companies ORDER BY sid") { $0.text(0) }
    }

    /// Returns the row ID of a company, or `nil` if the log does not contain it.
    func id(ofCompany sid: String) throws(StorageError) -> Int64? {
        try database.row("SELECT id FROM companies WHERE sid = ?", [.text(sid)]) { $0.integer(0) }
    }
}

/// Databases that do not exist yet, or no longer.
extension AttemptLog {
    /// Why a path has no database.
    package enum Absence: Sendable {
        case missing
        /// The file has no content.
        case empty
        /// A database was created there, but is missing or empty now.
        case lost(StorageError)

        /// Returns a message for a command that needs the database.
        ///
        /// - Parameters:
        ///   - path: The path of the database.
        ///   - file: The name of the configuration file.
        package func message(at path: String, configuredIn file: String) -> String {
            let creator = "the first command that writes"
            let check = "Check 'database' in \(file)"
            return switch self {
            case .missing: "no database at \(path); \(creator) creates it. \(check)"
            case .empty:
                "the database \(path) is empty (0 bytes); \(creator) initializes it. \(check)"
            case .lost(let error): "\(error)"
            }
        }
    }

    /// Returns why a path has no database, or `nil` if it has one.
    package static func absence(at path: String) -> Absence? {
        if let loss = Database.loss(at: path) { return .lost(loss) }
        return Database.absence(at: path).map { $0 == .missing ? .missing : .empty }
    }

    /// A message if this connection has created the database, otherwise `nil`. A user who expects an
    /// existing database must see it.
    package var creationNotice: String? {
        database.isNew ? "created \(path): a new database without history" : nil
    }

    /// Records next to the database that it exists, so that its loss is noticed. Databases of version
    /// 1.0 have no such record.
    package func rememberCreation() { database.rememberCreation() }
}

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

    /// Like ``write(at:clock:_:)``, as one of many transactions of a long import: other writers get a
    /// turn afterwards.
    package func writeInBulk<Result>(
        clock: Instant? = nil, _ body: (inout AttemptWriter) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let result = try write(clock: clock, body)
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
