package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Calls `body` with the latest attempts of the failed callbacks in a period, oldest first.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - period: The period.
    ///   - includingRetrying: Whether to include callbacks that are still being retried. This reads
    ///     every attempt of the period.
    ///   - filter: Only callbacks of its profile, channel and reason. Its other fields are ignored.
    ///   - body: Called with each attempt.
    package func forEachFailure(
        company sid: String, in period: Period, includingRetrying: Bool = false,
        matching filter: AttemptFilter = AttemptFilter(company: nil),
        _ body: (Attempt) -> Void
    ) throws(StorageError) {
        guard let company = try id(ofCompany: sid) else { return }
        var selected = filter
        (selected.start, selected.end) = (period.start, period.end)
        (selected.outcome, selected.callbackID) = (nil, nil)
        let conditions = AttemptConditions(selected)
        let statement = try database.prepare(
            AttemptReader.select + """
                 WHERE \(includingRetrying ? Self.undelivered : Self.failed)
                    AND standing <> 1 AND attempts.company = ? \(conditions.sql)
                ORDER BY finished_at, callback_id
                """)
        let range: [Value] = [
            .integer(AttemptRowID.first(at: period.start)),
            .integer(AttemptRowID.end(before: period.end)),
        ]
        statement.bind(
            (includingRetrying ? range : []) + [.integer(company)] + conditions.values)
        while try statement.step() { body(AttemptReader.attempt(statement)) }
    }

    /// Returns how many failed callbacks of a period cannot be listed because their attempts were
    /// pruned.
    package func unlistedFailures(
        company sid: String, in period: Period
    ) throws(StorageError) -> Int {
        guard let limit = try prunedBefore(), period.start < limit,
            let company = try id(ofCompany: sid)
        else { return 0 }
        let part = Period(start: period.start, end: min(period.end, limit))
        let counted = try tally(company: sid, in: part).failed
        let sql = """
            SELECT count(*) FROM attempts WHERE outcome = 1 AND standing <> 1 AND company = ?
                AND finished_at >= ? AND finished_at < ?
            """
        let listed = try database.integer(
            sql,
            [
                .integer(company), .integer(part.start.milliseconds),
                .integer(part.end.milliseconds),
            ])
        return max(0, counted - Int(listed))
    }

    private static let failed = "outcome = 1"
    /// Only failed attempts are in an index.
    private static let undelivered = "place >= ? AND place < ? AND outcome <> 2"
}

extension AttemptLog {
    /// Returns the callbacks of a period whose latest attempt is now in a later period.
    ///
    /// Added to the counts of the period, they give its counts at its end. The cost depends on the
    /// number of attempts in the period that are superseded.
    ///
    /// - Parameter end: Only later attempts that finished before this time count.
    package func moved(
        company sid: String, outOf period: Period, before end: Instant
    ) throws(StorageError) -> SupersededSincePeriod {
        var moved = SupersededSincePeriod(then: Tally(), recovered: 0)
        guard let company = try id(ofCompany: sid) else { return moved }
        let statement = try database.prepare(Self.movedQuery)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds), .integer(end.milliseconds),
        ])
        while try statement.step() {
            let outcome = Outcome(rawValue: statement.int(0)) ?? .failed
            moved.then[outcome] += 1
            let now = Outcome(rawValue: statement.int(1))
            if outcome == .failed, now == .delivered { moved.recovered += 1 }
        }
        return moved
    }

    /// For each callback whose latest attempt before the end of the period is in the period and
    /// which has a later attempt: the outcome then, and the outcome of its latest attempt since.
    private static let movedQuery =
        """
        SELECT old.outcome, (
            SELECT latest.outcome FROM attempts AS latest INDEXED BY attempts_by_callback
            WHERE latest.standing > 0 AND latest.company = old.company AND latest.callback_id = old.callback_id
                AND latest.finished_at < ?4
            ORDER BY latest.attempt DESC, latest.finished_at DESC LIMIT 1)
        FROM attempts AS old INDEXED BY attempts_superseded
        WHERE old.standing = 1 AND old.company = ?1
            AND old.finished_at >= ?2 AND old.finished_at < ?3
            AND NOT EXISTS(
                SELECT 1 FROM attempts AS other INDEXED BY attempts_by_callback
                WHERE other.standing > 0 AND other.company = old.company AND other.callback_id = old.callback_id
                    AND other.finished_at < ?3
                    AND (other.attempt, other.finished_at) > (old.attempt, old.finished_at))
            AND EXISTS(
                SELECT 1 FROM attempts AS later INDEXED BY attempts_by_callback
                WHERE later.standing > 0 AND later.company = old.company AND later.callback_id = old.callback_id
                    AND later.finished_at >= ?3
                    AND (later.attempt, later.finished_at) > (old.attempt, old.finished_at))
        """
}
