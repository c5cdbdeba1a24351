package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns when the first callback of a company finished, or `nil` if it has none.
    ///
    /// If it finished in a quarter hour before `needed`, or if attempts were pruned, this is the
    /// start of its quarter hour.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - needed: The time from which on the result must be exact.
    ///   - time: The time as of which the log is read, or nil to use all attempts.
    package func firstCallback(
        company sid: String, exactFrom needed: Instant, asOf time: Instant? = nil
    ) throws(StorageError) -> Instant? {
        guard let company = try id(ofCompany: sid) else { return nil }
        let first = try firstCallback(company, exactFrom: needed)
        guard let time else { return first }
        let end = min(first ?? time, time)
        var moved: Instant?
        let before = Period(start: Instant(milliseconds: 0), end: end)
        try forEachMovedCallback(company, outOf: before, since: time) { finishedAt, _ in
            moved = finishedAt
            return false
        }
        return moved ?? first.flatMap { $0 < time ? $0 : nil }
    }

    private func firstCallback(
        _ company: Int64, exactFrom needed: Instant
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT min(start) FROM counts WHERE company = ? AND level = ?"
        let start = try database.row(
            sql, [.integer(company), Value(BucketSize.quarterHour.rawValue)]
        ) {
            $0.optionalInstant(0)
        }
        guard let start = start.flatMap({ $0 }) else { return nil }
        if Quarter(of: start).next.start <= needed { return start }
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
    ///
    /// If attempts were pruned, this may be the end of its quarter hour: there are none after it.
    package func lastAttempt(before end: Instant) throws(StorageError) -> Instant? {
        // The quarter hour of the instant may contain nothing before it.
        var last = try lastAttempt(before: end, inQuarterBefore: AttemptRowID.end(at: end))
        if last == nil {
            last = try lastAttempt(before: end, inQuarterBefore: AttemptRowID.first(at: end))
        }
        guard let limit = try prunedBefore(), last.map({ $0 < limit }) ?? true else { return last }
        let counted = try lastCount(before: end).map {
            min($0.advanced(milliseconds: BucketSize.quarterHour.length), end)
        }
        return [last, counted].compactMap(\.self).max()
    }

    /// Returns the start of the last quarter hour before that of an instant in which attempts of any
    /// company finished.
    package func lastQuarterWithAttempts(before end: Instant) throws(StorageError) -> Instant? {
        let quarter = Quarter(of: end)
        let kept = try database.row(
            """
            SELECT quarter FROM attempt_checksums WHERE quarter < ? AND checksum <> 0
            ORDER BY quarter DESC LIMIT 1
            """, [.integer(quarter.number)]
        ) { Quarter(number: $0.integer(0)).start }
        guard let limit = try prunedBefore(), kept.map({ $0 < limit }) ?? true else { return kept }
        return [kept, try lastCount(before: quarter.start)].compactMap(\.self).max()
    }

    /// Returns when the first attempt of any company in a period finished, or `nil` if there is
    /// none.
    ///
    /// If attempts were pruned, this may be the start of its quarter hour: there are none before it.
    package func firstAttempt(
        from start: Instant, before end: Instant
    ) throws(StorageError) -> Instant? {
        guard start < end else { return nil }
        // The quarter hour of the start may contain nothing after it.
        var first = try firstAttempt(from: start, inQuarterFrom: AttemptRowID.first(at: start))
        if first == nil {
            first = try firstAttempt(from: start, inQuarterFrom: AttemptRowID.end(at: start))
        }
        let isPruned = try prunedBefore().map { start < $0 } ?? false
        let counted = isPruned ? try firstCount(from: start) : nil
        return [first, counted].compactMap(\.self).min().flatMap { $0 < end ? $0 : nil }
    }

    private func firstAttempt(
        from start: Instant, inQuarterFrom place: Int64
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT min(place) FROM attempts WHERE place >= ?"
        let first = try database.row(sql, [.integer(place)]) { $0.optionalInteger(0) } ?? nil
        guard let quarter = first.map(AttemptRowID.quarterHour(of:)) else { return nil }
        return try database.row(
            """
            SELECT min(finished_at) FROM attempts
            WHERE place >= ? AND place < ? AND finished_at >= ?
            """,
            [
                .integer(AttemptRowID.first(at: quarter)), .integer(AttemptRowID.end(at: quarter)),
                .integer(start.milliseconds),
            ]
        ) { $0.optionalInstant(0) } ?? nil
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

    /// Returns the starts of the quarter hours in which attempts of any company finished, in order.
    ///
    /// Quarter hours that the period contains only in part are included. The cost depends on the
    /// length of the period. Of pruned attempts, only the quarter hours of the latest are known.
    package func quartersWithAttempts(in period: Period) throws(StorageError) -> [Instant] {
        let first = Quarter(of: period.start)
        let last = Quarter(of: period.end.advanced(milliseconds: -1))
        let kept = try database.rows(
            """
            SELECT quarter FROM attempt_checksums
            WHERE quarter BETWEEN ? AND ? AND checksum <> 0 ORDER BY quarter
            """, [.integer(first.number), .integer(last.number)]
        ) { Quarter(number: $0.integer(0)).start }
        guard let limit = try prunedBefore(), first.start < limit else { return kept }
        let counted = try database.rows(
            """
            SELECT DISTINCT start FROM companies JOIN counts ON company = companies.id
            WHERE level = ? AND start BETWEEN ? AND ?
            """,
            [
                Value(BucketSize.quarterHour.rawValue), .integer(first.start.milliseconds),
                .integer(last.start.milliseconds),
            ]
        ) { $0.instant(0) }
        return Set(kept + counted).sorted()
    }

    private func lastCount(before end: Instant) throws(StorageError) -> Instant? {
        let sql = """
            SELECT max((SELECT max(start) FROM counts
                WHERE company = companies.id AND level = ? AND start < ?)) FROM companies
            """
        return try database.row(
            sql, [Value(BucketSize.quarterHour.rawValue), .integer(end.milliseconds)]
        ) { $0.optionalInstant(0) } ?? nil
    }

    private func firstCount(from start: Instant) throws(StorageError) -> Instant? {
        let sql = """
            SELECT min((SELECT min(start) FROM counts
                WHERE company = companies.id AND level = ? AND start >= ?)) FROM companies
            """
        return try database.row(
            sql, [Value(BucketSize.quarterHour.rawValue), .integer(start.milliseconds)]
        ) { $0.optionalInstant(0) } ?? nil
    }
}
