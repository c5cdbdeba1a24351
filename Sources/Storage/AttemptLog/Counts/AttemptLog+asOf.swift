import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// The log as it was at an earlier time.
///
/// Counts have each callback at its latest attempt. At an earlier time, a callback that was tried
/// again since counted at the latest attempt before that time.
extension AttemptLog {
    /// Calls `body` for each callback that counted in a period at an earlier time, and does not now
    /// because it was tried again at or after that time, in order of time.
    ///
    /// - Parameters:
    ///   - company: The row ID of the company.
    ///   - period: The period.
    ///   - time: The earlier time.
    ///   - body: Called with the time of the latest attempt then. Returns whether to continue.
    func forEachMovedCallback(
        _ company: Int64, outOf period: Period, since time: Instant,
        _ body: (Instant, CountEntry) -> Bool
    ) throws(StorageError) {
        let statement = try database.prepare(Self.movedSinceQuery)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(min(period.end, time).milliseconds), .integer(time.milliseconds),
        ])
        while try statement.step() {
            guard body(statement.instant(5), CountEntry(row: statement)) else { return }
        }
    }

    /// A superseded attempt that no attempt before the time outranks is outranked by one after it.
    private static let movedSinceQuery =
        """
        SELECT endpoint, channel, old.outcome, old.reason, old.duration, old.finished_at
        FROM attempts AS old INDEXED BY attempts_superseded JOIN routes ON routes.id = old.route
        WHERE old.standing = 1 AND old.company = ?1
            AND old.finished_at >= ?2 AND old.finished_at < ?3
            AND NOT EXISTS(
                SELECT 1 FROM attempts AS other INDEXED BY attempts_by_callback
                WHERE other.standing > 0 AND other.company = old.company
                    AND other.callback_id = old.callback_id AND other.finished_at < ?4
                    AND (other.attempt, other.finished_at) > (old.attempt, old.finished_at))
        ORDER BY old.finished_at
        """
}
