package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// How long an endpoint to which nothing is sent any more counts as failing, in milliseconds.
    private static let memory: Int64 = 7 * 86_400_000

    /// Returns the endpoints with an undelivered attempt in a period, or in the week before its end,
    /// as of its end.
    ///
    /// Only those with an undelivered attempt in that week can be failing, so that all reports of one
    /// time agree. Those without one in the period are returned only if they are failing.
    ///
    /// Sorted by the time since they have been failing, and then by name.
    package func troubledEndpoints(
        company sid: String, in period: Period, by rule: FailureRule = FailureRule()
    ) throws(StorageError) -> [TroubledEndpoint] {
        guard let company = try id(ofCompany: sid) else { return [] }
        let tried = try undeliveredEndpoints(company, in: period)
        let week = Period(start: period.end.advanced(milliseconds: -Self.memory), end: period.end)
        let recent = period == week ? tried : try undeliveredEndpoints(company, in: week)
        let all = tried.union(recent)
        let situations = try situations(company, of: all, at: period.end, rule)
        let names = try names(of: all)
        return situations.compactMap { number, situation in
            names[number].map {
                TroubledEndpoint(
                    endpoint: $0.endpoint, title: $0.title, situation: situation,
                    isFailing: recent.contains(number)
                        && rule.isFailing(situation, at: period.end),
                    isTried: tried.contains(number))
            }
        }.filter { $0.isTried || $0.isFailing }.sorted(by: Self.isBefore)
    }

    /// Returns the attempts at endpoints since their last delivery, as of an instant.
    ///
    /// Endpoints whose last attempt was delivered are not in the result. If attempts were pruned,
    /// times are exact to a quarter hour.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - endpoints: The endpoints to search.
    ///   - end: The time as of which the log is read.
    ///   - enough: The number of callbacks per endpoint at which counting stops.
    package func undeliveredRuns(
        company sid: String, of endpoints: Set<Endpoint>, asOf end: Instant, enough: Int
    ) throws(StorageError) -> [Endpoint: UndeliveredRun] {
        guard let company = try id(ofCompany: sid) else { return [:] }
        var numbers: [Int64: Endpoint] = [:]
        for endpoint in endpoints {
            if let number = try number(of: endpoint, company) { numbers[number] = endpoint }
        }
        var search = try UndeliveredSearch(self, company: company, asOf: end, enough: enough)
        var answer: [Endpoint: UndeliveredRun] = [:]
        for (number, run) in try search.runs(of: Set(numbers.keys)) {
            if let endpoint = numbers[number] { answer[endpoint] = run }
        }
        return answer
    }

    private static func isBefore(_ left: TroubledEndpoint, _ right: TroubledEndpoint) -> Bool {
        let (one, other) = (left.since?.milliseconds, right.since?.milliseconds)
        if one != other { return one ?? .max < other ?? .max }
        let (name, otherName) = (left.title ?? "", right.title ?? "")
        return (name, left.endpoint.id ?? "") < (otherName, right.endpoint.id ?? "")
    }
}

// MARK: - Numbers

extension AttemptLog {
    private func situations(
        _ company: Int64, of endpoints: Set<Int64>, at now: Instant, _ rule: FailureRule
    ) throws(StorageError) -> [Int64: EndpointSituation] {
        guard !endpoints.isEmpty else { return [:] }
        var search = try UndeliveredSearch(
            self, company: company, asOf: now, enough: rule.minimumTried)
        let runs = try search.runs(of: endpoints)
        let recent = try tallies(company, of: endpoints, in: rule.recentPeriod(at: now))
        return Dictionary(
            uniqueKeysWithValues: endpoints.map {
                ($0, EndpointSituation(recent: recent[$0] ?? Tally(), undelivered: runs[$0]))
            })
    }

    /// Returns the endpoints with an undelivered attempt in a period.
    private func undeliveredEndpoints(
        _ company: Int64, in period: Period
    ) throws(StorageError) -> Set<Int64> {
        let days = EndpointDays(database: database)
        let last = BucketSize.quarterHour.start(of: period.end)
        let first = BucketSize.quarterHour.start(of: period.start.advanced(milliseconds: 899_999))
        guard first < last else { return try undeliveredEndpoints(company, inShort: period) }
        var endpoints = try days.undeliveredEndpoints(
            company, from: Quarter(of: first), to: Quarter(of: last))
        for edge in [Period(start: period.start, end: first), Period(start: last, end: period.end)]
        where edge.length > 0 {
            endpoints.formUnion(try undeliveredEndpoints(company, inShort: edge))
        }
        return endpoints
    }

    /// Returns the same for a period shorter than half an hour, from the attempts.
    private func undeliveredEndpoints(
        _ company: Int64, inShort period: Period
    ) throws(StorageError) -> Set<Int64> {
        let sql = """
            SELECT DISTINCT endpoint FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND outcome <> \(Outcome.delivered.rawValue)
            """
        return Set(try database.rows(sql, span(period, company)) { $0.integer(0) })
    }

    /// Returns tallies of callbacks whose latest attempt before the end of a period finished in it.
    private func tallies(
        _ company: Int64, of endpoints: Set<Int64>, in period: Period
    ) throws(StorageError) -> [Int64: Tally] {
        var tallies: [Int64: Tally] = [:]
        let add = { (endpoint: Int64, outcome: Outcome?, count: Int) in
            guard let outcome, endpoints.contains(endpoint) else { return }
            tallies[endpoint, default: Tally()][outcome] += count
        }
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        for span in parts.spans {
            try store.read(company, span.level, from: span.start, to: span.end) {
                add($0.endpoint, $0.outcome, $0.count)
            }
        }
        for edge in parts.edges {
            try forEachCallback(ofEdge: edge, company) { add($0.endpoint, $0.outcome, $0.count) }
        }
        let moved = try database.prepare(Self.movedQuery)
        moved.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ])
        while try moved.step() {
            add(moved.integer(0), Outcome(rawValue: moved.int(1)), moved.int(2))
        }
        return tallies
    }

    /// The callbacks that the counts have in a later period, because their latest attempt is there.
    private static let movedQuery =
        """
        SELECT endpoint, outcome, count(*)
        FROM attempts AS this INDEXED BY attempts_superseded
            JOIN routes ON routes.id = this.route
        WHERE standing = 1 AND this.company = ?1 AND finished_at >= ?2 AND finished_at < ?3
            AND NOT EXISTS(
                SELECT 1 FROM attempts AS later INDEXED BY attempts_by_callback
                WHERE later.standing > 0 AND later.company = this.company
                    AND later.callback_id = this.callback_id AND later.finished_at < ?3
                    AND (later.attempt, later.finished_at) > (this.attempt, this.finished_at))
        GROUP BY endpoint, outcome
        """

    func span(_ period: Period, _ company: Int64) -> [Value] {
        [
            .integer(AttemptRowID.first(at: period.start)),
            .integer(AttemptRowID.end(before: period.end)),
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ]
    }
}
