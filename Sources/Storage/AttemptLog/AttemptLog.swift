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
/// Everything that the closure of ``write(at:_:)`` writes to the same database, such as a position
/// in a source file, is committed together with the attempts or not at all.
///
/// The folders: `Recording` validates and writes attempts. `Counts` and `Endpoints` maintain
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

    /// Returns the pruning limit, or `nil` if the log was never pruned. Earlier records are
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
    ///   - now: The current time, if the attempts ended just now. A later pruning limit is then
    ///     ignored, because only a wrong clock can have set it. Pass `nil` for records of any time,
    ///     which are rejected until the limit is repaired.
    ///   - body: Records attempts. It may run again if the transaction is retried.
    /// - Returns: The result of `body`.
    /// - Throws: A ``StorageError`` if the transaction failed. Then nothing was written.
    package func write<Result>(
        at now: Instant? = nil, _ body: (inout AttemptWriter) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        var routes = DimensionCache.State()
        let result = try database.transaction { () throws(StorageError) in
            let known = knownRoutes.state(under: try database.schemaVersion())
            var limit = try prunedBefore()
            if let now, let former = limit, former > now { limit = nil }
            var writer = try AttemptWriter(database, notBefore: limit, known)
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
