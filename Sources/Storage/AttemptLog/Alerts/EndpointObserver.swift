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
        var known: [Int64: AlertState] = [:]
        for (endpoint, state) in states {
            if let number = try log.number(of: endpoint, company) { known[number] = state }
        }
        let disabled = try disabledProfiles()
        var candidates = Set(known.keys).union(disabled.keys)
        candidates.formUnion(counts.filter { isSuspect($0.value) }.keys)
        let hasReplays = try ReplayMarks(database: log.database).areAny(ofCompany: sid)
        let runs = try undeliveredRuns(
            of: candidates.filter { counts[$0]?.lastUndelivered != nil }, hasReplays)
        let scan = try scan(candidates, counts, known, runs, hasReplays)
        var result: [Endpoint: EndpointObservation] = [:]
        for (number, name) in try log.names(of: candidates) {
            let state = known[number] ?? AlertState()
            let counts = counts[number] ?? Counts()
            result[name.endpoint] = EndpointObservation(
                situation: EndpointSituation(
                    recent: recent(of: number, counts, state, scan, hasReplays),
                    undelivered: runs[number]),
                lastFailure: lastFailure(of: number, counts, state, scan, hasReplays),
                recovery: recovery(of: number, state, scan),
                disabledSince: disabled[number],
                disablesAt: state.condition == .failing ? try disablesAt(name.endpoint) : nil)
        }
        return result
    }

    // MARK: Attempts

    /// Reads the attempts at the endpoints whose counts are not exact enough, in one pass.
    private func scan(
        _ candidates: Set<Int64>, _ counts: [Int64: Counts], _ states: [Int64: AlertState],
        _ runs: [Int64: UndeliveredRun], _ hasReplays: Bool
    ) throws(StorageError) -> RecentAttempts {
        var starts: [Int64: Instant] = [:]
        for number in candidates {
            starts[number] = try start(
                of: number, counts[number] ?? Counts(), states[number] ?? AlertState(),
                runs[number], hasReplays)
        }
        return try RecentAttempts(
            log, company, of: starts, before: reading.now, excludingReplays: hasReplays)
    }

    /// Returns from when on the attempts at an endpoint must be read, or `nil` if the counts are
    /// enough.
    private func start(
        of endpoint: Int64, _ counts: Counts, _ state: AlertState, _ run: UndeliveredRun?,
        _ hasReplays: Bool
    ) throws(StorageError) -> Instant? {
        if state.condition == .failing {
            let start = max(state.recoversFrom ?? reading.now, reading.horizon)
            let days = EndpointDays(database: log.database)
            let first = try days.firstDelivered(company, endpoint, from: Quarter(of: start))
            return first.flatMap { $0.start < reading.now ? max(start, $0.start) : nil }
        }
        guard counts.lastUndelivered != nil else { return nil }
        if hasReplays { return firstQuarter }
        let start = rule.recentPeriod(at: reading.now).start
        let situation = EndpointSituation(recent: counts.recent, undelivered: run)
        let isFailing = rule.isFailing(situation, at: reading.now)
        // Deliveries before a recovery must not hide a new failure.
        let hasRecovered = state.countedFrom.map { $0 > start } ?? false
        let undelivered = counts.recent.failed + counts.recent.retrying
        return isFailing || hasRecovered && undelivered >= rule.minimumCallbacks ? start : nil
    }

    /// Returns the recent callbacks. After a recovery, earlier ones do not count any more.
    private func recent(
        of endpoint: Int64, _ counts: Counts, _ state: AlertState, _ scan: RecentAttempts,
        _ hasReplays: Bool
    ) -> Tally {
        let start = rule.recentPeriod(at: reading.now).start
        guard state.condition != .failing, let attempts = scan.attempts[endpoint] else {
            return counts.recent
        }
        return attempts.tally(since: max(start, state.countedFrom ?? start))
    }

    /// Returns when the last undelivered attempt finished. While an endpoint is failing, the start
    /// of its quarter hour is enough.
    private func lastFailure(
        of endpoint: Int64, _ counts: Counts, _ state: AlertState, _ scan: RecentAttempts,
        _ hasReplays: Bool
    ) -> Instant? {
        guard let quarter = counts.lastUndelivered else { return nil }
        guard state.condition != .failing, let attempts = scan.attempts[endpoint] else {
            return min(quarter, reading.now)
        }
        if let last = attempts.lastUndelivered { return last }
        // Earlier attempts were read only to leave out replays.
        let isEarlier = quarter < rule.recentPeriod(at: reading.now).start
        return isEarlier && !hasReplays ? quarter : nil
    }

    private func recovery(
        of endpoint: Int64, _ state: AlertState, _ scan: RecentAttempts
    ) -> EndpointObservation.Recovery? {
        guard state.condition == .failing, let attempts = scan.attempts[endpoint],
            let since = attempts.firstDelivered
        else { return nil }
        return EndpointObservation.Recovery(since: since, tally: attempts.tally(since: since))
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
