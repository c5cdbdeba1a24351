package import CivilTime
package import SQLite

/// The store of delivery attempts and of the counts that are derived from them.
///
/// What it promises:
/// - A callback counts once: at the time its latest attempt finished, with the outcome of that
///   attempt. The latest attempt is the one with the highest ``AttemptRank``.
/// - Attempts and counts commit in one transaction. The counts equal a recount of the attempts, in
///   whatever order the records arrive.
/// - Recording an attempt again changes nothing. Where two records of one attempt differ,
///   ``Attempt/isBelieved(over:)`` decides, whichever came first.
/// - The cost of a report follows the length of its period, not the length of the log.
/// - Attempts that finished before the last ``prune(before:progress:)`` limit are refused, because
///   they may have been counted already.
///
/// An instance belongs to one thread, like its connection. Other connections, in this process or in
/// another one, may read and write at the same time. Writers wait for each other.
///
/// ``write(at:_:)`` is one transaction. Whatever else its closure writes to the same database, such
/// as a position in a source file, commits together with the attempts or not at all.
///
/// Folders: `Recording` decides and writes, `Counts` and `Endpoints` hold what is derived,
/// `Reading` answers questions about attempts, `Clock` checks the clock against the records,
/// `CallbackIndex` finds the attempts of a callback, `Maintenance` prunes, verifies and repairs.
package final class AttemptLog {
    package let database: Database
    package let knownRoutes = DimensionCache()

    /// Opens the log in a database and brings its tables up to date.
    package init(_ database: Database) throws(DatabaseError) {
        self.database = database
        try database.migrate(Self.schema)
        try CallbackIndex(database: database).buildWhereMissing()
        try EndpointBuild(database).runWherePending()
    }

    /// Records before this instant were dropped and are refused; nil when none ever was.
    package func prunedBefore() throws(DatabaseError) -> Instant? {
        try database.row("SELECT pruned_before FROM log_limit") {
            $0.instant(0)
        }
    }

    /// Runs `body` with a writer, in one transaction together with whatever else it writes.
    ///
    /// Counts and attempts are committed together, or neither is.
    ///
    /// - Parameter now: a prune limit that is later than this counts as none. Only a wrong clock
    ///   can have set it, so it says nothing about attempts that ended just now. Nil where
    ///   records of any time come in: they stay refused until the limit is put right.
    package func write<Result>(
        at now: Instant? = nil, _ body: (inout AttemptWriter) throws(DatabaseError) -> Result
    ) throws(DatabaseError) -> Result {
        var routes = DimensionCache.State()
        let result = try database.transaction { () throws(DatabaseError) in
            let known = knownRoutes.state(under: try database.schemaVersion())
            var limit = try prunedBefore()
            if let now, let former = limit, former > now { limit = nil }
            var writer = try AttemptWriter(database, notBefore: limit, known)
            let result = try body(&writer)
            try writer.finish()
            routes = writer.routes
            return result
        }
        // As part of another transaction it may still be undone.
        if database.isIdle { knownRoutes.replace(with: routes) }
        return result
    }

    /// Every company that the log knows, by SID.
    package func companies() throws(DatabaseError) -> [String] {
        try database.rows("SELECT sid FROM companies ORDER BY sid") { $0.text(0) }
    }

    /// The row of a company; nil when the log has never heard of it.
    func id(ofCompany sid: String) throws(DatabaseError) -> Int64? {
        try database.row("SELECT id FROM companies WHERE sid = ?", [.text(sid)]) { $0.integer(0) }
    }
}
