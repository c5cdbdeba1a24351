package import CivilTime
import DeliveryLog
package import Mail
import Reporting
import SQLite
import Scheduling
package import Settings
package import Storage

/// One run of the batch job over a ledger: claims what is due, sends what waits.
///
/// Any number of runs may work on one ledger at once.
package struct Run {
    let configuration: Configuration
    let ledger: Ledger
    let log: AttemptLog
    let composer: ReportComposer
    let transport: any MailTransport
    let clock: () -> Instant
    /// Names this run in the leases it takes.
    let owner: String
    let tell: (RunEvent) -> Void
    private let zones: [String: TimeZoneRules]

    /// - Parameters:
    ///   - owner: unlike that of any other run, such as host, process and a random number.
    ///   - tell: called with each thing that was done, when it is done.
    package init(
        configuration: Configuration, ledger: Ledger, log: AttemptLog, composer: ReportComposer,
        transport: any MailTransport, owner: String, clock: @escaping () -> Instant,
        tell: @escaping (RunEvent) -> Void
    ) {
        self.configuration = configuration
        self.ledger = ledger
        self.log = log
        self.composer = composer
        self.transport = transport
        self.owner = owner
        self.clock = clock
        self.tell = tell
        zones = Dictionary(configuration.companies.map { ($0.sid, $0.zone) }) { one, _ in one }
    }

    /// Claims, sends, tells the operator and prunes.
    ///
    /// - Throws: what keeps the database from being used; everything else is told.
    package func perform() throws {
        try dropRemoved()
        try claimAndSend()
        try tellOperator()
        try prune()
    }

    func subject(of delivery: LeasedDelivery) -> RunEvent.Subject {
        RunEvent.Subject(
            company: delivery.company, frequency: delivery.frequency,
            occurrence: delivery.occurrence, zone: zone(of: delivery.company))
    }

    func zone(of company: String) -> TimeZoneRules { zones[company] ?? .utc }

    private func prune() throws(DatabaseError) {
        guard let retention = configuration.retention else { return }
        let now = clock()
        guard try ledger.isPruningDue(now: now) else { return }
        let limit = now.advanced(seconds: -Int64(retention.days) * 86_400)
        let dropped = try log.prune(before: limit).attempts
        try ledger.recordPruning(now: now)
        if dropped > 0 { tell(.pruned(attempts: dropped, before: limit)) }
    }
}
