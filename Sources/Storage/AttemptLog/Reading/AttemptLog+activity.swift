package import CivilTime
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns when the first callback of a company finished, or `nil` if it has none.
    ///
    /// If attempts were pruned, this is the start of its quarter hour.
    package func firstCallback(company sid: String) throws(StorageError) -> Instant? {
        guard let company = try id(ofCompany: sid) else { return nil }
        let sql = "SELECT min(start) FROM counts WHERE company = ? AND level = ?"
        let start = try database.row(
            sql, [.integer(company), Value(BucketSize.quarterHour.rawValue)]
        ) {
            $0.optionalInstant(0)
        }
        guard let start = start.flatMap({ $0 }) else { return nil }
        let first = try database.row(
            """
            SELECT min(finished_at) FROM attempts
            WHERE place >= ? AND place < ? AND company = ? AND standing <> 1
            """,
            [
                .integer(AttemptRowID.first(at: start)), .integer(AttemptRowID.end(at: start)),
                .integer(company),
            ]
        ) { $0.optionalInstant(0) }
        return first.flatMap { $0 } ?? start
    }

    /// Returns when the last attempt of any company before an instant finished.
    package func lastAttempt(before end: Instant) throws(StorageError) -> Instant? {
        // The quarter hour of the instant may contain nothing before it.
        if let last = try lastAttempt(before: end, inQuarterBefore: AttemptRowID.end(at: end)) {
            return last
        }
        return try lastAttempt(before: end, inQuarterBefore: AttemptRowID.first(at: end))
    }

    private func lastAttempt(
        before end: Instant, inQuarterBefore place: Int64
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT max(place) FROM attempts WHERE place < ?"
        let last = try database.row(sql, [.integer(place)]) { $0.optionalInteger(0) } ?? nil
        guard let last else { return nil }
        let quarter = AttemptRowID.quarterHour(of: last)
        let latest =
            try database.row(
                """
                SELECT max(finished_at) FROM attempts
                WHERE place >= ? AND place < ? AND finished_at < ?
                """,
                [
                    .integer(AttemptRowID.first(at: quarter)),
                    .integer(AttemptRowID.end(at: quarter)),
                    .integer(end.milliseconds),
                ]
            ) { $0.optionalInstant(0) } ?? nil
        return latest
    }

    /// Returns the longest time without a record of any company in a period, in milliseconds.
    ///
    /// Exact to a quarter hour, and 0 if the period has fewer than two records.
    package func longestSilence(in period: Period) throws(StorageError) -> Int64 {
        let sql = """
            WITH starts AS (
                SELECT DISTINCT start FROM counts
                WHERE level = ? AND start >= ? AND start < ?
                    AND company IN (SELECT id FROM companies))
            SELECT max(gap) FROM (
                SELECT start - lag(start) OVER (ORDER BY start) AS gap FROM starts)
            """
        return try database.integer(
            sql,
            [
                Value(BucketSize.quarterHour.rawValue), .integer(period.start.milliseconds),
                .integer(period.end.milliseconds),
            ])
    }
}
