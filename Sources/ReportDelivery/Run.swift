import Addresses
package import CivilTime
import DeliveryLog
package import Mail
import Reporting
package import Settings
package import Storage
package import StorageErrors
import Webhooks

/// One run of the batch job: claims the reports that are due and sends the emails that wait.
///
/// Any number of runs may use the same ledger concurrently.
///
///     let run = Run(
///         configuration: configuration, ledger: ledger, log: log, composer: composer,
///         transport: transport, owner: owner, clock: Instant.now
///     ) { event in print(event) }
///     try run.perform()
package struct Run {
    let configuration: Configuration
    let ledger: ReportLedger
    let log: AttemptLog
    let composer: ReportComposer
    let transport: any MailTransport
    let clock: () -> Instant
    /// Identifies this run in the leases that it takes.
    let owner: String
    let emit: (RunEvent) -> Void
    /// Whether the operator has confirmed the clock.
    private let isClockAccepted: Bool
    let webhooks = WebhookClient()
    private let zones: [String: TimeZoneRules]

    /// Creates a run; ``perform()`` starts it.
    ///
    /// - Parameters:
    ///   - configuration: The companies, recipients and mail settings.
    ///   - ledger: The record of reports and emails.
    ///   - log: The delivery log to report on and to prune.
    ///   - composer: Creates the reports and emails.
    ///   - transport: Delivers the emails.
    ///   - owner: A name that no other run uses, such as host name, process ID and a random number.
    ///   - clock: Returns the current time.
    ///   - isClockAccepted: Whether the operator has confirmed the clock.
    ///   - emit: Called with each event when it happens.
    package init(
        configuration: Configuration, ledger: ReportLedger, log: AttemptLog,
        composer: ReportComposer,
        transport: any MailTransport, owner: String, clock: @escaping () -> Instant,
        isClockAccepted: Bool = false,
        emit: @escaping (RunEvent) -> Void
    ) {
        self.configuration = configuration
        self.ledger = ledger
        self.log = log
        self.composer = composer
        self.transport = transport
        self.owner = owner
        self.clock = clock
        self.emit = emit
        self.isClockAccepted = isClockAccepted
        zones = Dictionary(configuration.companies.map { ($0.sid, $0.zone) }) { one, _ in one }
    }

    /// Raises alerts, claims and sends reports, notifies the operator and prunes the log.
    ///
    /// - Throws: An error if the database cannot be used. All other failures are emitted as events.
    package func perform() throws {
        try dropRemoved()
        let hasAlerts = try raiseAlerts()
        try claimAndSend(alertsFirst: hasAlerts)
        try notifyOperator()
        try prune()
    }

    func subject(of delivery: LeasedDelivery) -> RunEvent.Subject {
        RunEvent.Subject(
            company: delivery.company, kind: delivery.kind,
            occurrence: delivery.occurrence, zone: zone(of: delivery.company))
    }

    func zone(of company: String) -> TimeZoneRules { zones[company] ?? .utc }

    private func prune() throws(StorageError) {
        guard let retention = configuration.retention else { return }
        let now = clock()
        guard try ledger.isPruningDue(now: now) else { return }
        let reading = ClockReading(
            now: now, isSynchronized: true, isAccepted: isClockAccepted,
            catchUp: configuration.catchUp)
        guard try ClockGuard(log).mayPrune(reading) else { return }
        let limit = now.advanced(seconds: -Int64(retention.days) * 86_400)
        let dropped = try log.prune(before: limit).attempts
        try ledger.recordPruning(now: now)
        if dropped > 0 { emit(.pruned(attempts: dropped, before: limit)) }
    }
}

extension Run {
    /// Claims every due report and sends every waiting mail.
    ///
    /// While one batch of reports is claimed and sent, a background thread prepares the next batch.
    /// What a report says about its predecessor is read when the report itself is claimed.
    ///
    /// - Parameter alertsFirst: Whether this run has raised alerts, which do not wait until the first
    ///   reports are prepared.
    func claimAndSend(alertsFirst: Bool = false) throws(StorageError) {
        var sending = SendingProgress()
        if alertsFirst { try sendWaiting(&sending) }
        var due = DueList(try dueReports())
        var prepared = try prepareNext(of: &due).finished()
        while true {
            var next = prepareNext(of: &due, excluding: prepared)
            due.stopped.formUnion(try claim(prepared))
            if next.isEmpty { next = prepareNext(of: &due) }
            try sendWaiting(&sending, before: next.mails + due.mails)
            if next.isEmpty, due.isEmpty { return }
            prepared = try next.finished()
        }
    }

    /// - Parameter unclaimed: Prepared reports that are not claimed yet. Their series have to wait.
    private func prepareNext(of due: inout DueList, excluding unclaimed: [PreparedReport] = [])
        -> ReportPreparation
    {
        let next = due.next(excluding: Set(unclaimed.map(\.draft.series)))
        return ReportPreparation(next, from: ledger.path, by: composer, at: clock())
    }

    /// - Returns: The series in which a report could not be claimed.
    private func claim(_ reports: [PreparedReport]) throws(StorageError) -> Set<SeriesKey> {
        guard !reports.isEmpty else { return [] }
        var stopped: Set<SeriesKey> = []
        let events = try ledger.transaction { () throws(StorageError) in
            var events: [RunEvent] = []
            for report in reports where try !ledger.isRecorded(report.draft.claim) {
                guard let event = try record(report) else { continue }
                events.append(event)
                if case .preparationFailed = event { stopped.insert(report.draft.series) }
            }
            return events
        }
        // Emit events only after the transaction is committed.
        events.forEach(emit)
        return stopped
    }

    /// Records a report, unless its emails could not be prepared.
    private func record(_ report: PreparedReport) throws(StorageError) -> RunEvent? {
        let draft = report.draft
        switch (draft.content, report.stored) {
        case (.skipped(let reason, let standing), _):
            try ledger.skip(draft.claim, because: reason, standing: standing, now: draft.time)
            return .skipped(draft.subject, reason: reason)
        case (.report(_, let number, _, _), .success(let stored)?):
            try ledger.record(draft.claim, stored, number: number, now: draft.time)
            return .claimed(draft.subject, number: number, recipients: stored.messages.count)
        case (_, .failure(let error)?):
            return .preparationFailed(draft.subject, problem: "\(error)")
        case (.report, nil): return nil
        }
    }
}

extension Run {
    /// Reports all emails that failed permanently since the last notice to the operator, in one
    /// mail.
    ///
    /// If the operator's address refuses the notice, a temporary failure is retried like any other
    /// email and a permanent failure after a day. A changed address is tried at once. Without an
    /// operator address, the failures count as reported, so that configuring one later does not
    /// bring up old failures.
    func notifyOperator() throws(StorageError) {
        let failed = try ledger.unreportedFailures()
        guard !failed.isEmpty else { return }
        guard let operatorAddress = configuration.operatorAddress else {
            return try ledger.recordOperatorNotified(failed.map(\.delivery))
        }
        let address = operatorAddress.address
        let refusal = try ledger.operatorRefusal(of: address)
        if let refusal, isEarlier(than: refusal.next) { return }
        switch notify(failed, to: operatorAddress) {
        case nil:
            try ledger.recordOperatorNotified(failed.map(\.delivery))
            emit(.operatorNotified(address: address, count: failed.count))
        case let refused?:
            let attempts = (refusal?.attempts ?? 0) + 1
            let next =
                refused.isFinal
                ? clock().advanced(seconds: Self.dayInSeconds)
                : ReportRetryRule.nextAttempt(after: attempts, at: clock())
            try ledger.recordOperatorRefusal(by: address, attempts: attempts, next: next)
            emit(
                .operatorNoticeFailed(
                    address: address, reply: refused.reply, next: next, isFinal: refused.isFinal))
        }
    }

    private static let dayInSeconds: Int64 = 86_400

    /// Whether the next attempt is still in the future. A time more than a day ahead was set before
    /// the clock was set back and is ignored.
    private func isEarlier(than next: Instant) -> Bool {
        let now = clock()
        return now < next && next <= now.advanced(seconds: Self.dayInSeconds)
    }

    private struct NoticeFailure {
        let reply: String
        /// Whether the server refused the notice permanently.
        let isFinal: Bool
    }

    /// Sends the notice. Returns nil if the server accepted it.
    private func notify(_ failed: [FailedMail], to address: Mailbox) -> NoticeFailure? {
        do {
            let bytes = try composer.mails.operatorMessage(failed, to: address, at: clock())
                .bytes()
            let sender = configuration.mail.from.address
            let result = transport.deliver(bytes, from: sender, to: address.address) { true }
            switch result {
            case .accepted: return nil
            case .rejected(let reply): return NoticeFailure(reply: "\(reply)", isFinal: true)
            default: return NoticeFailure(reply: "\(result.reply)", isFinal: false)
            }
        } catch {
            return NoticeFailure(reply: "\(error)", isFinal: false)
        }
    }
}

extension Run {
    /// Drops waiting emails to addresses that were removed from the configuration after their
    /// report was prepared.
    ///
    /// All other prepared emails are sent unchanged, even if their frequency was disabled since.
    func dropRemoved() throws(StorageError) {
        let removed = try ledger.openDeliveries(now: clock()).filter { !isRecipient($0) }
        try ledger.recordRemoved(removed.map(\.id), now: clock())
        for delivery in removed {
            let subject = RunEvent.Subject(
                company: delivery.company, kind: delivery.kind,
                occurrence: delivery.occurrence, zone: zone(of: delivery.company))
            emit(.dropped(subject, address: "\(delivery.target)"))
        }
    }

    private func isRecipient(_ delivery: OpenDelivery) -> Bool {
        let company = configuration.companies.first { $0.sid == delivery.company }
        // The recipients of a company with an invalid configuration are unknown. Keep its emails.
        guard let company else { return configuration.mayName(company: delivery.company) }
        let target = delivery.target
        return company.targets(of: delivery.kind).contains {
            $0.channel == target.channel
                && $0.address.lowercased() == target.address.lowercased()
        }
    }
}

extension Run {
    /// Sends the stored emails of a report again, except to addresses that were removed from the
    /// configuration.
    ///
    /// - Parameters:
    ///   - id: The ID of the report.
    ///   - failedOnly: Whether to leave out recipients whose server accepted the mail.
    /// - Returns: The number of emails to send.
    package func resend(report id: Int64, failedOnly: Bool) throws(StorageError) -> Int {
        try ledger.requeue(id, failedOnly: failedOnly, now: clock())
        try dropRemoved()
        let deliveries = try ledger.dueDeliveries(ofReport: id, now: clock())
        var pace = SendingPace()
        _ = try sendAll(deliveries, &pace)
        return deliveries.count
    }
}
