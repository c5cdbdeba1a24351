package import Alerts
package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns the names of an endpoint, for a notice that does not describe it further.
    package func names(
        company sid: String, of endpoint: Endpoint, since start: Instant?
    ) throws(StorageError) -> EndpointFacts {
        var facts = EndpointFacts(endpoint: endpoint)
        facts.since = start
        facts.origin = endpoint.origin
        facts.isDescribed = false
        guard let company = try id(ofCompany: sid),
            let number = try number(of: endpoint, company)
        else { return facts }
        facts.title = try names(of: [number])[number]?.title
        if facts.origin == nil { facts.origin = try lastOrigin(of: number, company) }
        return facts
    }

    /// Returns what a notice says about an endpoint. This is slower than an evaluation, and is
    /// needed only when a state changes.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - endpoint: The endpoint.
    ///   - start: When its failure began.
    ///   - now: The time of the notice.
    package func facts(
        company sid: String, of endpoint: Endpoint, since start: Instant?, at now: Instant
    ) throws(StorageError) -> EndpointFacts {
        var facts = try names(company: sid, of: endpoint, since: start)
        guard let company = try id(ofCompany: sid),
            let number = try number(of: endpoint, company)
        else { return facts }
        facts.isDescribed = true
        let period = Period(start: min(start ?? now, now), end: now)
        facts.tally = try tally(company, number, in: period)
        facts.reason = try mainReason(company, number, in: period)
        try addSample(to: &facts, company, number, sid, in: period)
        facts.deliveredLate = try deliveredLate(company, number, in: period)
        try addQueue(to: &facts, sid, now)
        return facts
    }

    private func lastOrigin(of number: Int64, _ company: Int64) throws(StorageError) -> String? {
        let sql = """
            SELECT text FROM routes JOIN labels ON labels.id = routes.origin
            WHERE company = ? AND endpoint = ? ORDER BY last_day DESC, routes.id DESC LIMIT 1
            """
        return try database.row(sql, [.integer(company), .integer(number)]) { $0.text(0) }
    }

    /// Returns the most frequent reason, of those since the start of a period's quarter hour.
    private func mainReason(
        _ company: Int64, _ endpoint: Int64, in period: Period
    ) throws(StorageError) -> Reason? {
        var counts: [Reason: Int] = [:]
        let start = BucketSize.quarterHour.start(of: period.start)
        try CountStore(database: database).read(
            company, .quarterHour, from: start, to: period.end
        ) { entry in
            guard entry.endpoint == endpoint, let reason = entry.key?.reason else { return }
            counts[reason, default: 0] += entry.count
        }
        return counts.max { ($0.value, -$0.key.rawValue) < ($1.value, -$1.key.rawValue) }?.key
    }

    /// Adds the answer to the last undelivered attempt.
    private func addSample(
        to facts: inout EndpointFacts, _ company: Int64, _ endpoint: Int64, _ sid: String,
        in period: Period
    ) throws(StorageError) {
        let day = period.end.advanced(milliseconds: -86_400_000)
        let recent = Period(start: max(period.start, day), end: period.end)
        let sql = """
            SELECT status, callback_id, attempt
            FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND outcome <> \(Outcome.delivered.rawValue) AND endpoint = ?
            ORDER BY place DESC LIMIT 1
            """
        let row = try database.row(sql, span(recent, company) + [.integer(endpoint)]) {
            (status: $0.optionalInt(0), id: $0.text(1), number: $0.int(2))
        }
        guard let row else { return }
        facts.status = row.status
        facts.answer = try CallbackQueue.answer(
            to: row.id, attempt: row.number, company: sid, in: database)
    }

    /// Returns the number of callbacks with an undelivered attempt in a period that a later attempt
    /// delivered.
    private func deliveredLate(
        _ company: Int64, _ endpoint: Int64, in period: Period
    ) throws(StorageError) -> Int {
        let delivered = Outcome.delivered.rawValue
        let sql = """
            SELECT count(DISTINCT old.callback_id)
            FROM attempts AS old INDEXED BY attempts_superseded
                JOIN routes ON routes.id = old.route
            WHERE old.standing = 1 AND old.company = ?1 AND old.finished_at >= ?2
                AND old.finished_at < ?3 AND old.outcome <> \(delivered) AND endpoint = ?4
                AND (SELECT latest.outcome FROM attempts AS latest INDEXED BY attempts_by_callback
                    WHERE latest.standing > 0 AND latest.company = old.company
                        AND latest.callback_id = old.callback_id
                    ORDER BY latest.attempt DESC, latest.finished_at DESC LIMIT 1) = \(delivered)
            """
        return Int(
            try database.integer(
                sql,
                [
                    .integer(company), .integer(period.start.milliseconds),
                    .integer(period.end.milliseconds), .integer(endpoint),
                ]))
    }

    private func addQueue(
        to facts: inout EndpointFacts, _ sid: String, _ now: Instant
    ) throws(StorageError) {
        facts.waiting = facts.tally.retrying
        guard try database.hasTable("lanes"), let name = facts.endpoint.id else { return }
        let waiting = try CallbackQueue.waiting(
            endpoint: name, company: sid, now: now, in: database)
        if waiting.count > 0 { (facts.waiting, facts.givenUpBy) = (waiting.count, waiting.end) }
        guard let profile = facts.endpoint.profileID else { return }
        let end = try CallbackQueue.disablesAt(
            profile: profile, company: sid, now: now, in: database)
        facts.disablesAt = end.flatMap { $0 > now ? $0 : nil }
    }
}

extension AttemptLog {
    /// Returns when the last callback of a company finished, before an instant and after another.
    package func lastCallback(
        company sid: String, in period: Period
    ) throws(StorageError) -> Instant? {
        guard let company = try id(ofCompany: sid) else { return nil }
        let quarter =
            try database.row(
                "SELECT max(start) FROM counts WHERE company = ? AND level = ? AND start < ? AND start > ?",
                [
                    .integer(company), Value(BucketSize.quarterHour.rawValue),
                    .integer(period.end.milliseconds),
                    .integer(period.start.milliseconds - BucketSize.quarterHour.length),
                ]
            ) { $0.optionalInstant(0) } ?? nil
        guard let quarter else { return nil }
        let end = quarter.advanced(milliseconds: BucketSize.quarterHour.length)
        let sql = """
            SELECT max(finished_at) FROM attempts
            WHERE place >= ? AND place < ? AND company = ? AND finished_at >= ?
                AND finished_at < ?
            """
        let last = try database.row(
            sql, span(Period(start: quarter, end: min(end, period.end)), company)
        ) { $0.optionalInstant(0) }
        return (last ?? nil) ?? quarter
    }

    /// Returns the starts of the quarter hours of a period in which a company has callbacks.
    package func quartersWithCallbacks(
        company sid: String, in period: Period
    ) throws(StorageError) -> [Instant] {
        guard let company = try id(ofCompany: sid) else { return [] }
        return try database.rows(
            """
            SELECT start FROM counts
            WHERE company = ? AND level = ? AND start > ? AND start < ? ORDER BY start
            """,
            [
                .integer(company), Value(BucketSize.quarterHour.rawValue),
                .integer(period.start.milliseconds - BucketSize.quarterHour.length),
                .integer(period.end.milliseconds),
            ]
        ) { $0.instant(0) }
    }
}
