import Alerts
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

/// A company with alerts, its log, and evaluations at the times that a test chooses.
final class AlertFixture {
    let folder: TemporaryDirectory
    let database: Database
    let log: AttemptLog
    let ledger: ReportLedger
    let transport = ScriptedTransport()
    let configuration: Configuration
    let zone: TimeZoneRules
    /// The start of the day of the test, in the company's time zone.
    let day: Instant
    private(set) var events: [RunEvent] = []

    init(
        zone: String = "Europe/Berlin", day: String = "2026-11-25",
        alerts: String = "emailAddresses: 'a@example.com, b@example.com'", path: String? = nil
    ) throws {
        folder = try TemporaryDirectory()
        database = try Database(path: path ?? folder.path(of: "callbacks.db"))
        log = try AttemptLog(database)
        ledger = try ReportLedger(database)
        let zones = ZoneDatabase(directory: "/usr/share/zoneinfo")
        self.zone = try zones.zone(named: zone)
        self.day = try TimeArgument.instant("\(day)T00:00", in: self.zone)
        let text = """
            {mail: {url: 'file:mail', from: 'Reports <reports@example.com>'},
             companies: [{sid: 'HA', name: 'Example', timeZone: '\(zone)',
                          profiles: {'https://hooks.example.com': 'Orders'},
                          alerts: {\(alerts)}}]}
            """
        let file = ConfigurationFile(name: "test.json", path: "/test/test.json", text: text)
        configuration = try Configuration(reading: file, zones: zones)
    }

    /// Returns the instant some minutes after the start of the day.
    func minute(_ minute: Double) -> Instant {
        day.advanced(milliseconds: Int64(minute * 60_000))
    }

    func record(
        _ id: String, _ outcome: Outcome, _ minute: Double, number: Int = 1,
        origin: String? = "https://hooks.example.com", profile: String? = nil,
        status: Int? = nil, company: String = "HA"
    ) throws {
        try record([
            Attempt(
                company: company, callbackID: id, number: number, finishedAt: self.minute(minute),
                outcome: outcome, reason: outcome == .delivered ? nil : .http5xx, status: status,
                profileID: profile, origin: origin)
        ])
    }

    func record(_ attempts: [Attempt]) throws {
        try log.write { (writer) throws(StorageError) in
            for attempt in attempts { _ = try writer.record(attempt) }
        }
    }

    var composer: ReportComposer {
        ReportComposer(log: log, renderer: Renderer(), mail: configuration.mail, tzVersion: nil)
    }

    var evaluation: AlertEvaluation {
        get throws {
            AlertEvaluation(
                configuration, log: log, ledger: ledger, states: try AlertStates(in: log))
        }
    }

    /// Evaluates at a minute and returns the kinds and subjects of the alerts.
    @discardableResult
    func evaluate(_ minute: Double, hold: Int64 = 0) throws -> [String] {
        try evaluation.perform(at: self.minute(minute), by: composer.mails, hold: hold)
            .map { try $0.subject.get() }
    }

    /// Runs at a minute and returns the events.
    @discardableResult
    func run(_ minute: Double, owner: String = "run") throws -> [RunEvent] {
        events = []
        let now = self.minute(minute)
        try Run(
            configuration: configuration, ledger: ledger, log: log, composer: composer,
            transport: transport, owner: owner, clock: { now }
        ) { [unowned self] in events.append($0) }.perform()
        return events
    }

    /// Returns the conditions of the endpoints that have a stored state.
    func states() throws -> [AlertSubject: AlertState] {
        try AlertStates(in: log).states()["HA", default: [:]].mapValues(\.state)
    }
}
