package import CivilTime
import DeliveryLog
package import SQLite

extension AttemptLog {
    /// The limit of the last prune where a wrong clock set it after an instant; else nil.
    package func pruneLimit(after instant: Instant) throws(DatabaseError) -> Instant? {
        try prunedBefore().flatMap { $0 > instant ? $0 : nil }
    }

    /// Lowers a prune limit that lies in the future to the last attempt that was dropped.
    ///
    /// Records from before the new limit stay refused, because they may have been counted.
    ///
    /// - Returns: the limit from now on, nil for none; or nothing where it was right.
    package func lowerPruneLimit(
        to now: Instant
    ) throws(DatabaseError) -> (limit: Instant?, former: Instant)? {
        guard let former = try pruneLimit(after: now) else { return nil }
        let limit = try endOfDropped(before: now)
        try database.execute(
            limit == nil
                ? "DELETE FROM log_limit WHERE pruned_before > ?1"
                : "UPDATE log_limit SET pruned_before = ?2 WHERE pruned_before > ?1",
            [.integer(now.milliseconds)] + (limit.map { [.integer($0.milliseconds)] } ?? []))
        return (limit, former)
    }

    /// The end of the last quarter hour that counts more callbacks than it has attempts of.
    private func endOfDropped(before now: Instant) throws(DatabaseError) -> Instant? {
        let counted = try database.prepare(
            """
            SELECT start, sum(delivered + failed + retrying) FROM counts
            WHERE level = ? AND start <= ? GROUP BY start ORDER BY start DESC
            """)
        counted.bind([Value(BucketSize.quarterHour.rawValue), .integer(now.milliseconds)])
        while try counted.step() {
            let start = counted.instant(0)
            let left = try database.integer(
                "SELECT count(*) FROM attempts WHERE place >= ? AND place < ? AND standing <> 1",
                [.integer(AttemptRowID.first(at: start)), .integer(AttemptRowID.end(at: start))])
            if left < counted.integer(1) {
                return start.advanced(milliseconds: BucketSize.quarterHour.length)
            }
        }
        return nil
    }

    /// How many days after an instant, in UTC, have records.
    package func countedDays(after instant: Instant) throws(DatabaseError) -> Int {
        let sql = "SELECT count(DISTINCT start) FROM counts WHERE level = ? AND start > ?"
        return Int(
            try database.integer(
                sql, [Value(BucketSize.day.rawValue), .integer(instant.milliseconds)]))
    }

    /// Sets back when profiles were disabled, where a wrong clock set it after an instant.
    package func setBackDisabling(to now: Instant) throws(DatabaseError) {
        try database.execute(
            "UPDATE profiles SET disabled_at = ?1 WHERE disabled_at > ?1",
            [.integer(now.milliseconds)])
    }

    /// How many attempts finished more than a day after an instant, and when the last one did.
    package func attemptsInFuture(
        of now: Instant
    ) throws(DatabaseError) -> (count: Int, last: Instant)? {
        let sql = "SELECT count(*), max(finished_at) FROM attempts WHERE place >= ?"
        let place = AttemptRowID.end(at: now.advanced(milliseconds: ClockReading.day))
        let found = try database.row(sql, [.integer(place)]) {
            (count: $0.int(0), last: $0.clampedInstant(1))
        }
        return found.flatMap { $0.count > 0 ? $0 : nil }
    }
}
