package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns the prune limit if it is later than an instant, because a wrong clock set it, or
    /// `nil`.
    package func pruneLimit(after instant: Instant) throws(StorageError) -> Instant? {
        try prunedBefore().flatMap { $0 > instant ? $0 : nil }
    }

    /// Lowers a prune limit that is in the future to the end of the last deleted attempts.
    ///
    /// Records from before the new limit are still rejected, because they may have been counted.
    ///
    /// - Returns: The new limit (`nil` for none) and the former one, or `nil` if the limit was
    ///   correct.
    package func lowerPruneLimit(
        to now: Instant
    ) throws(StorageError) -> (limit: Instant?, former: Instant)? {
        guard let former = try pruneLimit(after: now) else { return nil }
        let limit = try endOfDropped(before: now)
        try database.execute(
            limit == nil
                ? "DELETE FROM log_limit WHERE pruned_before > ?1"
                : "UPDATE log_limit SET (pruned_before, copy) = (?2, ?2) WHERE pruned_before > ?1",
            [.integer(now.milliseconds)] + (limit.map { [.integer($0.milliseconds)] } ?? []))
        return (limit, former)
    }

    /// Returns the end of the last quarter hour that counts more callbacks than it has attempts.
    private func endOfDropped(before now: Instant) throws(StorageError) -> Instant? {
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

    /// Returns the number of days after an instant, in UTC, that have records.
    package func countedDays(after instant: Instant) throws(StorageError) -> Int {
        let sql = "SELECT count(DISTINCT start) FROM counts WHERE level = ? AND start > ?"
        return Int(
            try database.integer(
                sql, [Value(BucketSize.day.rawValue), .integer(instant.milliseconds)]))
    }

    /// Resets the times at which profiles were disabled, if a wrong clock set them after an
    /// instant.
    package func setBackDisabling(to now: Instant) throws(StorageError) {
        try database.execute(
            "UPDATE profiles SET disabled_at = ?1 WHERE disabled_at > ?1",
            [.integer(now.milliseconds)])
    }

    /// Returns how many attempts finished more than a day after an instant, and when the last one
    /// did.
    package func attemptsInFuture(
        of now: Instant
    ) throws(StorageError) -> (count: Int, last: Instant)? {
        let sql = "SELECT count(*), max(finished_at) FROM attempts WHERE place >= ?"
        let place = AttemptRowID.end(at: now.advanced(milliseconds: ClockReading.day))
        let found = try database.row(sql, [.integer(place)]) {
            (count: $0.int(0), last: $0.clampedInstant(1))
        }
        return found.flatMap { $0.count > 0 ? $0 : nil }
    }
}
