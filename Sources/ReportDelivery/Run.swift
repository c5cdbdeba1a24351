package import CivilTime
import DeliveryLog
package import Mail
import Reporting
package import Settings
package import Storage
import StorageErrors

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
    ///   - emit: Called with each event when it happens.
    package init(
        configuration: Configuration, ledger: ReportLedger, log: AttemptLog,
        composer: ReportComposer,
        transport: any MailTransport, owner: String, clock: @escaping () -> Instant,
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
        zones = Dictionary(configuration.companies.map { ($0.sid, $0.zone) }) { one, _ in one }
    }

    /// Claims and sends reports, notifies the operator and prunes the log.
    ///
    /// - Throws: An error if the database cannot be used. All other failures are emitted as events.
    package func perform() throws {
        try dropRemoved()
        try claimAndSend()
        try notifyOperator()
        try prune()
    }

    func subject(of delivery: LeasedDelivery) -> RunEvent.Subject {
        RunEvent.Subject(
            company: delivery.company, frequency: delivery.frequency,
            occurrence: delivery.occurrence, zone: zone(of: delivery.company))
    }

    func zone(of company: String) -> TimeZoneRules { zones[company] ?? .utc }

    private func prune() throws(StorageError) {
        guard let retention = configuration.retention else { return }
        let now = clock()
        guard try ledger.isPruningDue(now: now) else { return }
        let limit = now.advanced(seconds: -Int64(retention.days) * 86_400)
        let dropped = try log.prune(before: limit).attempts
        try ledger.recordPruning(now: now)
        if dropped > 0 { emit(.pruned(attempts: dropped, before: limit)) }
    }
}
