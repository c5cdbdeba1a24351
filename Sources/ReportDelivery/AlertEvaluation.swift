import Addresses
package import Alerts
package import CivilTime
import DeliveryLog
import Rendering
package import Settings
package import Storage
package import StorageErrors

/// Evaluates the states of all endpoints, and raises alerts.
///
/// Any number of evaluations may use the same database concurrently. A state change and its notice
/// are committed together, and only by the evaluation that made the change.
///
///     let alerts = AlertEvaluation(configuration, log: log, ledger: ledger, states: states)
///     for alert in try alerts.perform(at: now, by: composer) { print(alert.subject) }
package struct AlertEvaluation {
    private let configuration: Configuration
    private let log: AttemptLog
    private let ledger: ReportLedger
    private let states: AlertStates

    package init(
        _ configuration: Configuration, log: AttemptLog, ledger: ReportLedger,
        states: AlertStates
    ) {
        self.configuration = configuration
        self.log = log
        self.ledger = ledger
        self.states = states
    }

    /// An alert that an evaluation raised, or could not.
    package struct Raised: Sendable {
        package var notice: AlertNotice
        /// The subject of the emails, or the reason why they could not be prepared.
        package var subject: Result<String, any Error>
        package var recipients: Int
    }

    /// The changes of one company.
    private struct Changes {
        var company: CompanySettings
        var now: Instant
        var states: [(subject: AlertSubject, old: StoredAlertState, new: AlertState)] = []
        var notices: [AlertNotice] = []
        var isEmpty: Bool { states.isEmpty }
    }

    // MARK: Performing

    /// Evaluates all companies with alerts, and records what changed.
    ///
    /// - Parameters:
    ///   - now: The current time.
    ///   - composer: Creates the emails.
    ///   - hold: How long to wait for changes of other endpoints, in milliseconds.
    /// - Returns: The alerts that were recorded.
    package func perform(
        at now: Instant, by composer: MailComposer, hold: Int64 = 0
    ) throws(StorageError) -> [Raised] {
        let all = try states.states()
        try forget(all.keys)
        guard !companies.isEmpty else { return [] }
        var clock = try states.clock()
        guard let (reading, isChanged) = clock.read(now) else { return [] }
        let changes = try read(all, reading, composer, hold)
        var raised: [Raised] = []
        for change in changes { raised += try commit(change, composer) }
        if isChanged { try states.record(clock) }
        return raised
    }

    /// Returns the notices that ``perform(at:by:hold:)`` would record, without recording anything.
    package func preview(
        at now: Instant, by composer: MailComposer
    ) throws(StorageError) -> [AlertNotice] {
        guard !companies.isEmpty else { return [] }
        var clock = try states.clock()
        guard let (reading, _) = clock.read(now) else { return [] }
        return try read(try states.states(), reading, composer, 0).flatMap(\.notices)
    }

    private var companies: [CompanySettings] {
        configuration.companies.filter { $0.alerts?.enabled ?? false }
    }

    /// Forgets companies without alerts. If alerts are enabled again, all endpoints start as healthy.
    private func forget(_ sids: some Sequence<String>) throws(StorageError) {
        let kept = Set(companies.map(\.sid))
        let invalid = configuration.invalidCompanies
        for sid in sids where !kept.contains(sid) {
            // A company with an invalid configuration may still have alerts.
            if invalid.contains(where: { $0.sid == sid || $0.sid == nil }) { continue }
            try states.forget(company: sid)
        }
    }

    // MARK: Reading

    private func read(
        _ all: [String: [AlertSubject: StoredAlertState]], _ reading: AlertClock.Reading,
        _ composer: MailComposer, _ hold: Int64
    ) throws(StorageError) -> [Changes] {
        try log.consistently { () throws(StorageError) in
            var result: [Changes] = []
            for company in companies {
                let changes = try changes(
                    of: company, all[company.sid] ?? [:], reading, composer, hold)
                if !changes.isEmpty { result.append(changes) }
            }
            return result
        }
    }

    private func changes(
        of company: CompanySettings, _ stored: [AlertSubject: StoredAlertState],
        _ reading: AlertClock.Reading, _ composer: MailComposer, _ hold: Int64
    ) throws(StorageError) -> Changes {
        guard let settings = company.alerts else {
            return Changes(company: company, now: reading.now)
        }
        var known: [AlertSubject: AlertState] = stored.mapValues(\.state)
        if reading.clampsStates {
            for subject in known.keys { known[subject]?.clamp(to: reading.now) }
        }
        var new = try endpointStates(company, settings, known, reading)
        new[.log] = try logState(company, settings, known[.log] ?? AlertState(), reading)
        var changes = Changes(company: company, now: reading.now)
        var due: [AlertKind: [(subject: AlertSubject, unreported: Int)]] = [:]
        // A notice that is due takes along what changed in the same way since.
        let kinds = Set(new.values.compactMap { $0.dueKind(at: reading.now, hold: hold) })
        for (subject, state) in new {
            var state = state
            let old = stored[subject] ?? StoredAlertState()
            let isHeld = state.pending.map { !kinds.contains($0) } ?? true
            if !isHeld, let notice = state.takeNotice(at: reading.now) {
                due[notice.kind, default: []].append((subject, notice.unreported))
            }
            let isIdle = old.revision == 0 && state.isForgettable(at: reading.now)
            let isForgotten = old.revision > 0 && state.isForgettable(at: reading.now)
            guard !isIdle, state != old.state || isForgotten else { continue }
            changes.states.append((subject, old, state))
        }
        for kind in AlertKind.allCases {
            guard let subjects = due[kind] else { continue }
            let notice = try notice(kind, company, subjects, &changes, reading.now, composer)
            changes.notices.append(notice)
        }
        return changes
    }

    private func endpointStates(
        _ company: CompanySettings, _ settings: AlertSettings,
        _ known: [AlertSubject: AlertState], _ reading: AlertClock.Reading
    ) throws(StorageError) -> [AlertSubject: AlertState] {
        var endpoints: [Endpoint: AlertState] = [:]
        for case (.endpoint(let endpoint), let state) in known { endpoints[endpoint] = state }
        let observations = try log.observations(
            company: company.sid, states: endpoints, by: settings.rule.failure, at: reading)
        var states: [AlertSubject: AlertState] = [:]
        // An endpoint that is no longer in the log has nothing to report, but its notices count.
        for (endpoint, state) in endpoints { states[.endpoint(endpoint)] = state }
        for (endpoint, observation) in observations {
            var state = endpoints[endpoint] ?? AlertState()
            settings.rule.update(&state, by: observation, at: reading)
            states[.endpoint(endpoint)] = state
        }
        return states
    }

    private func logState(
        _ company: CompanySettings, _ settings: AlertSettings, _ state: AlertState,
        _ reading: AlertClock.Reading
    ) throws(StorageError) -> AlertState {
        let now = reading.now
        let longest = SilenceRule.longest + settings.silence.quietFor
        let last = try log.lastCallback(
            company: company.sid,
            in: Period(start: now.advanced(milliseconds: -longest), end: now))
        var state = state
        var isSilent = false
        if let last {
            // Time that a jump of the clock has added is no silence.
            let start = max(last, min(reading.trustedSince, now))
            isSilent = try settings.silence.isSilent(
                for: now.milliseconds - start.milliseconds, at: now, in: company.zone
            ) { period throws(StorageError) in
                try log.quartersWithCallbacks(company: company.sid, in: period)
            }
        }
        SilenceRule.update(&state, isSilent: isSilent, last: last, at: now)
        return state
    }

    // MARK: Notices

    private func notice(
        _ kind: AlertKind, _ company: CompanySettings,
        _ subjects: [(subject: AlertSubject, unreported: Int)], _ changes: inout Changes,
        _ now: Instant, _ composer: MailComposer
    ) throws(StorageError) -> AlertNotice {
        var notice = AlertNotice(
            kind: kind, company: company.sid, name: company.name, zone: company.zone, now: now,
            page: composer.publicURL.map { "\($0)/profiles" },
            configuration: composer.configuration)
        let indexes = Dictionary(
            changes.states.enumerated().map { ($1.subject, $0) }
        ) { first, _ in first }
        for (subject, _) in subjects {
            guard let index = indexes[subject] else { continue }
            let state = changes.states[index].new
            guard case .endpoint(let endpoint) = subject else {
                notice.lastCallback = state.firstFailure
                continue
            }
            var names = try log.names(
                company: company.sid, of: endpoint, since: state.firstFailure)
            names.title = endpoint.id.flatMap { company.titles[$0] } ?? names.title
            notice.endpoints.append(names)
        }
        notice.endpoints.sort { $0.name < $1.name }
        let unreported = Dictionary(subjects.map { ($0.subject, $0.unreported) }) { one, _ in one }
        for place in notice.endpoints.indices.prefix(Self.describedLimit) {
            let subject = AlertSubject.endpoint(notice.endpoints[place].endpoint)
            guard let index = indexes[subject] else { continue }
            let facts = try facts(
                notice.endpoints[place], of: changes.states[index].new, kind, company, now,
                unreported: unreported[subject] ?? 0)
            changes.states[index].new.affected = facts.affected
            notice.endpoints[place] = facts
        }
        return notice
    }

    /// The maximum number of endpoints that a notice describes. The others are only named: if a
    /// network fails, thousands of endpoints can fail together.
    private static let describedLimit = 20

    private func facts(
        _ names: EndpointFacts, of state: AlertState, _ kind: AlertKind,
        _ company: CompanySettings, _ now: Instant, unreported: Int
    ) throws(StorageError) -> EndpointFacts {
        var facts = try log.facts(
            company: company.sid, of: names.endpoint, since: state.firstFailure, at: now)
        facts.title = names.title
        facts.until = kind == .recovered ? state.countedFrom : nil
        facts.unreported = unreported
        return facts
    }

    // MARK: Recording

    /// Records the changes of a company and its alerts together. Records nothing if another
    /// evaluation has changed one of the states in the meantime, which then raises the alerts.
    private func commit(
        _ changes: Changes, _ composer: MailComposer
    ) throws(StorageError) -> [Raised] {
        let targets = changes.company.targets(of: .alert(.failing))
        let recipients = changes.company.alerts?.recipients ?? []
        let prepared = changes.notices.map { notice in
            (notice, Result { try composer.alert(notice, to: recipients, targets) })
        }
        for case (let notice, .failure(let error)) in prepared {
            // Nothing is recorded, so that the next evaluation tries again.
            return [Raised(notice: notice, subject: .failure(error), recipients: targets.count)]
        }
        return try log.allOrNothing { () throws(StorageError) in
            for change in changes.states {
                let isForgotten = change.new.isForgettable(at: changes.now)
                let isOurs = try states.replace(
                    change.old, with: isForgotten ? nil : change.new, of: change.subject,
                    changes.company.sid)
                guard isOurs else { return ([], false) }
            }
            var raised: [Raised] = []
            for case (let notice, .success(let alert)) in prepared {
                let start = min(notice.since, notice.now)
                _ = try ledger.record(
                    notice.kind, of: notice.subjects, company: notice.company,
                    period: Period(start: start, end: notice.now), timeZone: notice.zone.name,
                    subject: alert.subject, alert.stored)
                raised.append(
                    Raised(
                        notice: notice, subject: .success(alert.subject),
                        recipients: targets.count))
            }
            return (raised, true)
        }
    }
}
