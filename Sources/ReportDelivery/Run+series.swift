import CivilTime
import Mail
import Settings
import Storage
import StorageErrors

/// The due reports that this run has not claimed yet.
struct DueList {
    private var rest: ArraySlice<DueReport>
    /// Series in which a report was not claimed. Their later reports have to wait.
    var stopped: Set<SeriesKey> = []
    private var size = 16

    /// The largest number of reports to claim in one transaction.
    ///
    /// Claiming in batches saves disk syncs. The limit keeps the first emails from waiting until
    /// many reports are prepared.
    private static let maxBatchSize = 64

    init(_ due: [DueReport]) {
        rest = due[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    /// The number of emails that the remaining reports have.
    var mails: Int { rest.reduce(0) { $0 + $1.mails } }

    /// Removes the next batch from the list, with at most one report of each series.
    ///
    /// A report mentions what happened to the previous one of its series, so the previous one must
    /// be claimed first.
    ///
    /// - Parameter series: Series to take no report from.
    mutating func next(excluding series: Set<SeriesKey>) -> [DueReport] {
        var seen = series
        let next = rest.prefix(size).prefix { seen.insert($0.series).inserted }
        rest = rest.dropFirst(next.count)
        if !next.isEmpty { size = min(2 * size, Self.maxBatchSize) }
        return next.filter { !stopped.contains($0.series) }
    }
}

/// A due report with its company and settings.
struct DueReport {
    var planned: PlannedReport
    var company: CompanySettings
    var settings: ReportSettings

    var series: SeriesKey { SeriesKey(company: company.sid, frequency: settings.frequency) }

    /// The number of emails that the report has.
    var mails: Int { planned.action == .send ? settings.recipients.count : 0 }
}

extension Run {
    /// Returns the due reports in turns: first the oldest of each series, then the second of each,
    /// and so on.
    ///
    /// New series start counting now. Series that are no longer enabled stop.
    func dueReports() throws(StorageError) -> [DueReport] {
        let now = clock()
        let enabled = enabledReports
        let counted = try ledger.countedSeries()
        try ledger.disable(counted.keys.filter(isOff(among: enabled)))
        var due: [[DueReport]] = []
        var new: [(company: CompanySettings, settings: ReportSettings)] = []
        for (company, settings) in enabled {
            let key = SeriesKey(company: company.sid, frequency: settings.frequency)
            guard let state = counted[key] else {
                new.append((company, settings))
                continue
            }
            let planned = Plan.due(
                settings.schedule, state, now: now, catchUp: configuration.catchUp)
            due.append(
                planned.map { DueReport(planned: $0, company: company, settings: settings) })
        }
        try start(new, now: now)
        return interleaved(due)
    }

    private func interleaved(_ series: [[DueReport]]) -> [DueReport] {
        let turns = series.map(\.count).max() ?? 0
        return (0..<turns).flatMap { turn in
            series.compactMap { turn < $0.count ? $0[turn] : nil }
        }
    }

    private func start(
        _ new: [(company: CompanySettings, settings: ReportSettings)], now: Instant
    ) throws(StorageError) {
        try ledger.enable(
            new.map { SeriesKey(company: $0.company.sid, frequency: $0.settings.frequency) },
            now: now)
        for (company, settings) in new {
            let first = settings.schedule.occurrence(after: now)
            emit(.started(RunEvent.Subject(company, settings.frequency, first)))
        }
    }

    /// Returns a filter for series that are disabled. A series of a company with an invalid
    /// configuration is never considered disabled.
    private func isOff(
        among enabled: [(company: CompanySettings, settings: ReportSettings)]
    ) -> (SeriesKey) -> Bool {
        let kept = Set(
            enabled.map { SeriesKey(company: $0.company.sid, frequency: $0.settings.frequency) })
        let invalidCompanies = Set(configuration.invalidCompanies.map(\.sid))
        return {
            !kept.contains($0) && !invalidCompanies.contains($0.company)
                && !invalidCompanies.contains(nil)
        }
    }

    private var enabledReports: [(company: CompanySettings, settings: ReportSettings)] {
        configuration.companies.filter(\.enabled).flatMap { company in
            company.reports.filter(\.enabled).map { (company, $0) }
        }
    }
}

extension Run {
    /// Sends every waiting email that this run has not tried yet, oldest report first.
    ///
    /// - Parameter unclaimed: The number of emails that will follow.
    func sendWaiting(_ sending: inout SendingProgress, before unclaimed: Int = 0)
        throws(StorageError)
    {
        let due = try ledger.dueDeliveries(now: clock()).filter { !sending.tried.contains($0.id) }
        sending.tried.formUnion(due.filter { $0.channel != .email || !sending.isOver }.map(\.id))
        let isOver = try !sendAll(
            due, &sending.pace, before: unclaimed, skipsEmail: sending.isOver)
        sending.isOver = sending.isOver || isOver
    }

    /// Tries messages to webhooks and Slack, and then emails. Returns false if this run must not try
    /// any other emails.
    ///
    /// Messages come first, because they take at most some seconds, and a mail server that hangs takes
    /// minutes.
    func sendAll(
        _ due: [DueDelivery], _ pace: inout SendingPace, before unclaimed: Int = 0,
        skipsEmail: Bool = false
    ) throws(StorageError) -> Bool {
        try post(due.filter { $0.channel != .email }.map(\.id))
        guard !skipsEmail else { return true }
        return try send(due.filter { $0.channel == .email }.map(\.id), &pace, before: unclaimed)
    }

    /// Tries emails in order. Returns false if this run must not try any others.
    private func send(
        _ due: [Int64], _ pace: inout SendingPace, before unclaimed: Int
    ) throws(StorageError) -> Bool {
        var rest = due[...]
        var announced = rest.prefix(0)
        pace.resume(at: clock())
        while let id = rest.first {
            if announced.isEmpty {
                let now = clock()
                announced = rest.prefix(pace.nextBatchSize(at: now))
                try ledger.announce(announced, now: now)
            }
            rest = rest.dropFirst()
            announced = announced.dropFirst()
            guard try send(id, isLast: rest.isEmpty, before: rest.count + unclaimed) else {
                try ledger.withdraw(announced)
                return false
            }
        }
        pace.pause(at: clock())
        return true
    }

    /// Tries one delivery. Returns false if this run must not try any others.
    private func send(
        _ id: Int64, isLast: Bool, before waiting: Int
    ) throws(StorageError) -> Bool {
        guard let delivery = try ledger.lease(id, owner: owner, now: clock()) else {
            try ledger.withdraw([id])
            return true
        }
        let result = transport.deliver(
            delivery.message, from: delivery.sender, to: delivery.target.address
        ) {
            // Do not complete the email if the lease was lost or the handover cannot be recorded.
            (try? ledger.markTransmitting(id, owner: owner, now: clock())) ?? false
        }
        if case .misconfigured(let reply) = result {
            try stop(
                at: delivery, "\(reply)", isOfDirectory: reply.phase == .file, waiting: waiting + 1)
            return false
        }
        let isEnd = isLast || result.isUnreachable
        try record(result, of: delivery, isLast: isEnd)
        guard result.isUnreachable else { return true }
        // Trying every other email would only wait for the timeout each time.
        if waiting > 0 { emit(.unreachable(reply: "\(result.reply)", waiting: waiting)) }
        return false
    }

    func record(
        _ result: DeliveryResult, of delivery: LeasedDelivery, isLast: Bool
    ) throws(StorageError) {
        let now = clock()
        let outcome = DeliveryUpdate(result, of: delivery, at: now)
        let isOurs = try ledger.finish(
            delivery, owner: owner, as: outcome.state, reply: outcome.reply,
            nextAttempt: outcome.next, now: now, isLast: isLast)
        if isOurs { emit(outcome.event(subject(of: delivery), "\(delivery.target)")) }
    }

    /// Stops sending: the server rejects this client, not one email. The email stays in the queue.
    private func stop(
        at delivery: LeasedDelivery, _ reply: String, isOfDirectory: Bool, waiting: Int
    ) throws(StorageError) {
        let next = ReportRetryRule.nextAttempt(after: delivery.attempts, at: clock())
        try ledger.putBack(delivery, owner: owner, reply: reply, until: next)
        // A directory that cannot be written has rejected no recipient, so the emails are deferred.
        emit(
            isOfDirectory
                ? .unreachable(reply: reply, waiting: waiting)
                : .stopped(reply: reply, waiting: waiting))
    }
}

/// The progress of a run's sending.
struct SendingProgress {
    var pace = SendingPace()
    /// The deliveries that this run has tried. A later run retries the deferred ones.
    var tried: Set<Int64> = []
    /// Whether the server rejects this client or cannot be reached.
    var isOver = false
}

extension DeliveryResult {
    /// Whether no server answered, or not in time, or not in SMTP.
    fileprivate var isUnreachable: Bool {
        switch self {
        case .deferred(let reply):
            reply.phase == .connection || reply.phase == .greeting || reply.isOfServer
        case .uncertain(let reply): reply.isOfServer
        default: false
        }
    }
}

/// The new state of a delivery after a server's response.
private struct DeliveryUpdate {
    var state: DeliveryState
    var reply: String
    var next: Instant?

    init(_ result: DeliveryResult, of delivery: LeasedDelivery, at now: Instant) {
        switch result {
        case .accepted(let reply): self.init(.accepted, "\(reply)")
        case .rejected(let reply): self.init(.rejected, "\(reply)")
        case .deferred(let reply), .misconfigured(let reply):
            self.init(.deferred, reply, of: delivery, at: now)
        case .uncertain(let reply): self.init(.uncertain, reply, of: delivery, at: now)
        }
    }

    private init(_ state: DeliveryState, _ reply: String) {
        self.state = state
        self.reply = reply
    }

    /// Retries until the report is no longer useful. The last attempt is made at that time.
    private init(
        _ state: DeliveryState, _ reply: DeliveryReply, of delivery: LeasedDelivery, at now: Instant
    ) {
        // A first attempt in the future was recorded by a clock that was ahead.
        let first = min(delivery.firstAttempt, now)
        let expiry = ReportRetryRule.expiry(of: delivery.kind, from: first)
        self.init(now < expiry ? state : .expired, "\(reply)")
        guard now < expiry else { return }
        let usual = ReportRetryRule.nextAttempt(after: delivery.attempts, at: now)
        let requested = reply.retryAfter.map {
            now.advanced(seconds: min($0, ReportRetryRule.longestRequest))
        }
        next = min(expiry, max(usual, requested ?? usual))
    }

    func event(_ subject: RunEvent.Subject, _ address: String) -> RunEvent {
        switch (state, next) {
        case (.uncertain, let next?):
            .uncertain(subject, address: address, reply: reply, next: next)
        case (_, let next?): .deferred(subject, address: address, reply: reply, next: next)
        case (.accepted, _): .delivered(subject, address: address, reply: reply)
        case (.rejected, _): .rejected(subject, address: address, reply: reply)
        default: .expired(subject, address: address, reply: reply)
        }
    }
}
