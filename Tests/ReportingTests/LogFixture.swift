import CivilTime
import DeliveryLog
import Reporting
import SQL
import Storage
import StorageErrors
import TestSupport

/// A log to report on, with short helpers to fill it.
struct LogFixture {
    let folder: TemporaryDirectory
    let log: AttemptLog
    let zone: TimeZoneRules

    init(zone name: String = "Europe/Berlin") throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        zone = try ZoneDatabase(directory: "/usr/share/zoneinfo").zone(named: name)
    }

    func at(_ local: String) throws -> Instant {
        try TimeArgument.instant(local, in: zone)
    }

    func record(_ attempts: [Attempt]) throws {
        try log.write { (writer) throws(StorageError) in
            for attempt in attempts { _ = try writer.record(attempt) }
        }
    }

    func record(
        _ id: String, _ outcome: Outcome, at local: String, number: Int = 1,
        profile: String? = nil, channel: String? = nil, reason: Reason? = nil,
        milliseconds: Int? = nil, origin: String? = nil, company: String = "HA"
    ) throws {
        let attempt = Attempt(
            company: company, callbackID: id, number: number, finishedAt: try at(local),
            outcome: outcome, reason: reason, profileID: profile, channel: channel,
            origin: origin, durationMilliseconds: milliseconds)
        try record([attempt])
    }

    func request(
        _ frequency: Frequency, ending local: String, now: Instant? = nil,
        history: ReportHistory? = nil
    ) throws -> ReportRequest {
        let schedule = Schedule(frequency: frequency, zone: zone)
        return ReportRequest(
            company: company, zone: zone, schedule: schedule,
            period: schedule.period(endingAt: try at(local)),
            now: try now ?? at(local), history: history)
    }

    var company: Company { Company(sid: "HA", name: "Example", timeZone: zone.name) }

    func report(
        _ frequency: Frequency, ending local: String, now: Instant? = nil,
        history: ReportHistory? = nil
    ) throws -> Report {
        try ReportBuilder(log: log).report(
            request(frequency, ending: local, now: now, history: history))
    }

    /// - Parameter now: The time of the report; nil for the end of the period.
    func custom(_ start: String, _ end: String, now: String? = nil) throws -> Report {
        let request = ReportRequest(
            company: company, zone: zone, schedule: nil,
            period: Period(start: try at(start), end: try at(end)), now: try at(now ?? end))
        return try ReportBuilder(log: log).report(request)
    }
}
