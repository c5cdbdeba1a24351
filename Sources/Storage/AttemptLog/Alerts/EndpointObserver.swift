package import Alerts
import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns what alerts must know about the endpoints of a company.
    ///
    /// Endpoints without a state and without recent failures are not in the result: nothing about
    /// them can change. The counts decide which ones these are, so that the cost of healthy
    /// endpoints depends neither on their traffic nor on the size of the log.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - states: The states of endpoints that are not healthy, or have been unhealthy recently.
    ///   - rule: When an endpoint is failing.
    ///   - reading: The time of the evaluation.
    package func observations(
        company sid: String, states: [Endpoint: AlertState], by rule: FailureRule,
        at reading: AlertClock.Reading
    ) throws(StorageError) -> [Endpoint: EndpointObservation] {
        guard let company = try id(ofCompany: sid) else { return [:] }
        let observer = EndpointObserver(
            log: self, sid: sid, company: company, rule: rule, reading: reading)
        return try observer.observations(states)
    }
}

/// Reads what alerts must know about the endpoints of one company.
private struct EndpointObserver {
    let log: AttemptLog
    let sid: String
    let company: Int64
    let rule: FailureRule
    let reading: AlertClock.Reading

    private static let quarterHour = BucketSize.quarterHour.length

    /// The counts of one endpoint since the horizon.
    private struct Counts {
        /// The callbacks of the recent period.
        var recent = Tally()
        /// Since the start of the last quarter hour with a delivery.
        var undelivered = 0
        /// The start of the last quarter hour with undelivered callbacks.
        var lastUndelivered: Instant?
        var lastDelivered: Instant?
        /// The number of undelivered callbacks of the last quarter hour that has any.
        var lastCount = 0

        mutating func add(_ entry: CountEntry, _ quarter: Instant, _ isRecent: Bool) {
            guard let outcome = entry.outcome else { return }
            if isRecent { recent[outcome] += entry.count }
            if outcome == .delivered {
                // Failures of the same quarter hour may be later than its deliveries.
                if lastDelivered != quarter {
                    undelivered = lastUndelivered == quarter ? lastCount : 0
                }
                lastDelivered = quarter
            } else {
                undelivered += entry.count
                lastCount = lastUndelivered == quarter ? lastCount + entry.count : entry.count
                lastUndelivered = quarter
            }
        }
    }

    func observations(
        _ states: [Endpoint: AlertState]
    ) throws(StorageError) -> [Endpoint: EndpointObservation] {
        let counts = try counts()
        var numbers: [Int64: AlertState] = [:]
        for (endpoint, state) in states {
            if let number = try log.number(of: endpoint, company) { numbers[number] = state }
        }
        let disabled = try disabledProfiles()
        var candidates = Set(numbers.keys).union(disabled.keys)
        candidates.formUnion(counts.filter { isSuspect($0.value) }.keys)
        let hasReplays = try ReplayMarks(database: log.database).areAny(ofCompany: sid)
        let suspects = candidates.filter { counts[$0]?.lastUndelivered != nil }
        let runs = try undeliveredRuns(of: suspects, hasReplays)
        let names = try log.names(of: candidates)
        var result: [Endpoint: EndpointObservation] = [:]
        for number in candidates {
            guard let name = names[number] else { continue }
            let state = numbers[number] ?? AlertState()
            let known = counts[number] ?? Counts()
            let situation = EndpointSituation(
                recent: try recent(of: number, known, state, hasReplays),
                undelivered: runs[number])
            result[name.endpoint] = EndpointObservation(
                situation: situation,
                lastFailure: try lastFailure(
                    of: number, known, state, situation, hasReplays),
                recovery: try recovery(of: number, state, hasReplays),
                disabledSince: disabled[number],
                disablesAt: state.condition == .failing ? try disablesAt(name.endpoint) : nil)
        }
        return result
    }

    // MARK: Counts

    /// The quarter hours whose callbacks matter: those after the horizon, and the recent period.
    private var firstQuarter: Instant {
        let horizon = reading.horizon.advanced(milliseconds: Self.quarterHour - 1)
            .rounded(downTo: Self.quarterHour)
        return min(horizon, rule.recentPeriod(at: reading.now).start)
    }

    private func counts() throws(StorageError) -> [Int64: Counts] {
        let store = CountStore(database: log.database)
        let recentStart = rule.recentPeriod(at: reading.now).start
        var counts: [Int64: Counts] = [:]
        var quarter = firstQuarter
        while quarter <= reading.now {
            let next = quarter.advanced(milliseconds: Self.quarterHour)
            let isRecent = quarter >= recentStart
            try store.read(company, .quarterHour, from: quarter, to: next) { entry in
                counts[entry.endpoint, default: Counts()].add(entry, quarter, isRecent)
            }
            quarter = next
        }
        return counts
    }

    /// Whether an endpoint may be failing by its counts.
    private func isSuspect(_ counts: Counts) -> Bool {
        let recent = EndpointSituation(recent: counts.recent)
        if rule.isFailing(recent, at: reading.now) { return true }
        guard counts.undelivered >= rule.minimumTried else { return false }
        // A delivery in a quarter hour that began later is newer than the rule's minimum time.
        let limit = reading.now.advanced(milliseconds: -rule.minimumDuration)
        return counts.lastDelivered.map { $0 < limit } ?? true
    }

    private func undeliveredRuns(
        of endpoints: Set<Int64>, _ hasReplays: Bool
    ) throws(StorageError) -> [Int64: UndeliveredRun] {
        guard !endpoints.isEmpty else { return [:] }
        var search = try UndeliveredSearch(
            log, company: company, asOf: reading.now, enough: rule.minimumTried,
            excluding: hasReplays ? ReplayMarks.exclusion() : "")
        return try search.runs(of: endpoints)
    }

    /// Returns the recent callbacks. After a recovery, earlier ones do not count any more.
    private func recent(
        of endpoint: Int64, _ counts: Counts, _ state: AlertState, _ hasReplays: Bool
    ) throws(StorageError) -> Tally {
        let whole = rule.recentPeriod(at: reading.now)
        let start = max(whole.start, min(state.countedFrom ?? whole.start, whole.end))
        guard hasReplays || start > whole.start else { return counts.recent }
        return try tally(of: endpoint, in: Period(start: start, end: whole.end), hasReplays)
    }

    /// Returns when the last undelivered attempt finished: exactly if a failure begins, and
    /// otherwise the start of its quarter hour.
    private func lastFailure(
        of endpoint: Int64, _ counts: Counts, _ state: AlertState,
        _ situation: EndpointSituation, _ hasReplays: Bool
    ) throws(StorageError) -> Instant? {
        guard let quarter = counts.lastUndelivered else { return nil }
        guard state.condition == .healthy, rule.isFailing(situation, at: reading.now) else {
            return quarter
        }
        let sql = """
            SELECT max(finished_at) FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND outcome <> \(Outcome.delivered.rawValue) AND endpoint = ?
                \(hasReplays ? ReplayMarks.exclusion() : "")
            """
        // The counts include replays, so that the last failure may be in an earlier quarter hour.
        let start = hasReplays ? firstQuarter : quarter
        let period = Period(start: start, end: max(start, reading.now))
        let last = try log.database.row(sql, log.span(period, company) + [.integer(endpoint)]) {
            $0.optionalInstant(0)
        }
        return last ?? nil
    }

    private func tally(
        of endpoint: Int64, in period: Period, _ hasReplays: Bool
    ) throws(StorageError) -> Tally {
        let tallies =
            hasReplays
            ? try log.talliesWithoutReplays(company, of: [endpoint], in: period)
            : try log.tallies(company, of: [endpoint], in: period)
        return tallies[endpoint] ?? Tally()
    }

    // MARK: Recovery

    private func recovery(
        of endpoint: Int64, _ state: AlertState, _ hasReplays: Bool
    ) throws(StorageError) -> EndpointObservation.Recovery? {
        guard state.condition == .failing, let recoversFrom = state.recoversFrom else { return nil }
        let start = max(recoversFrom, reading.horizon)
        guard start < reading.now,
            let since = try firstDelivered(endpoint, from: start, hasReplays)
        else { return nil }
        let period = Period(start: since, end: reading.now)
        let tally = try tally(of: endpoint, in: period, hasReplays)
        return EndpointObservation.Recovery(since: since, tally: tally)
    }

    private func firstDelivered(
        _ endpoint: Int64, from start: Instant, _ hasReplays: Bool
    ) throws(StorageError) -> Instant? {
        let days = EndpointDays(database: log.database)
        let first = try days.firstDelivered(company, endpoint, from: Quarter(of: start))
        guard let first, first.start < reading.now else { return nil }
        let sql = """
            SELECT min(finished_at) FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND outcome = \(Outcome.delivered.rawValue) AND endpoint = ?
                \(hasReplays ? ReplayMarks.exclusion() : "")
            """
        let period = Period(start: max(start, first.start), end: reading.now)
        return try log.database.row(sql, log.span(period, company) + [.integer(endpoint)]) {
            $0.optionalInstant(0)
        } ?? nil
    }

    // MARK: Disabled profiles

    private func disabledProfiles() throws(StorageError) -> [Int64: Instant] {
        let sql =
            "SELECT id, disabled_at FROM profiles WHERE company = ? AND disabled_at IS NOT NULL"
        let rows = try log.database.rows(sql, [.integer(company)]) {
            ($0.integer(0), $0.clampedInstant(1))
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Returns when the gateway will disable a profile if nothing is delivered, or `nil` if that
    /// is unknown or too few of its callbacks failed.
    private func disablesAt(_ endpoint: Endpoint) throws(StorageError) -> Instant? {
        guard let profile = endpoint.profileID, try log.database.hasTable("lanes") else {
            return nil
        }
        return try CallbackQueue.disablesAt(
            profile: profile, company: sid, now: reading.now, in: log.database)
    }
}
