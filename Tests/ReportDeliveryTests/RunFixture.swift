import CivilTime
import DeliveryLog
import Mail
import Rendering
import ReportDelivery
import SQL
import Settings
import Storage
import StorageErrors
import TestSupport

/// A company, its ledger, a scripted mail server, and a clock that the test sets.
final class RunFixture {
    let folder: TemporaryDirectory
    let database: Database
    let log: AttemptLog
    let ledger: ReportLedger
    let transport = ScriptedTransport()
    /// Lets a test update the tz database between runs.
    var zones = ZoneDatabase(directory: "/usr/share/zoneinfo")
    var configuration: Configuration
    var zone: TimeZoneRules
    private(set) var events: [RunEvent] = []

    init(_ report: String = daily, zone: String = "Europe/Berlin", top: String = "") throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "callbacks.db"))
        log = try AttemptLog(database)
        ledger = try ReportLedger(database)
        self.zone = try zones.zone(named: zone)
        configuration = try Self.configuration(report, zone, top, zones)
    }

    static let daily = "daily: {emailAddresses: 'a@example.com, b@example.com'}"
    static let all = """
        daily: {emailAddresses: 'a@example.com'}, weekly: {emailAddresses: 'a@example.com'},
        monthly: {emailAddresses: 'a@example.com'}
        """

    /// Changes the configuration between runs.
    func configure(_ report: String, zone: String = "Europe/Berlin", top: String = "") throws {
        self.zone = try zones.zone(named: zone)
        configuration = try Self.configuration(report, zone, top, zones)
    }

    private static func configuration(
        _ report: String, _ zone: String, _ top: String, _ zones: ZoneDatabase
    ) throws -> Configuration {
        let text = """
            {\(top) mail: {url: 'file:mail', from: 'Reports <reports@example.com>'},
             companies: [{sid: 'HA', name: 'Example', timeZone: '\(zone)',
                          callbackReport: {enabled: true, \(report)}}]}
            """
        let file = ConfigurationFile(name: "test.json", path: "/test/test.json", text: text)
        return try Configuration(reading: file, zones: zones)
    }

    func at(_ local: String) throws -> Instant {
        try TimeArgument.instant(local, in: zone)
    }

    /// Runs at an instant and returns the events.
    @discardableResult
    func run(_ now: Instant, owner: String = "run", before: () -> Void = {}) throws -> [RunEvent] {
        events = []
        try makeRun(now, owner).perform()
        return events
    }

    @discardableResult
    func run(_ local: String) throws -> [RunEvent] {
        try run(at(local))
    }

    func composer() throws -> ReportComposer {
        ReportComposer(
            log: log, renderer: Renderer(), mail: configuration.mail, tzVersion: nil)
    }

    func makeRun(_ now: Instant, _ owner: String = "run") throws -> Run {
        Run(
            configuration: configuration, ledger: ledger, log: log, composer: try composer(),
            transport: transport, owner: owner, clock: { now }
        ) { [unowned self] in events.append($0) }
    }

    func record(_ id: String, _ outcome: Outcome, at local: String, number: Int = 1) throws {
        let attempt = Attempt(
            company: "HA", callbackID: id, number: number, finishedAt: try at(local),
            outcome: outcome)
        try record([attempt])
    }

    func record(_ attempts: [Attempt]) throws {
        try log.write { (writer) throws(StorageError) in
            for attempt in attempts { _ = try writer.record(attempt) }
        }
    }

    func deliveries() throws -> [DeliveryEntry] {
        try ledger.history().reversed().flatMap(\.deliveries)
    }

    /// Returns the due times of the recorded reports in the company's time zone, oldest first.
    func recorded(_ frequency: Frequency = .daily) throws -> [String] {
        try ledger.history().reversed().filter { $0.kind == .report(frequency) }
            .map { $0.period.end.rfc3339(in: zone) }
    }
}
