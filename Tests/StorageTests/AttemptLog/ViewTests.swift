import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The views for SQL, compared with what the log returns.
@Suite struct ViewTests {
    private let database: Database
    private let log: AttemptLog
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
    }

    private func fill(seed: UInt64, _ count: Int = 800) throws {
        var generator = AttemptGenerator(seed: seed)
        let attempts = (0..<count).map { _ in generator.attempt() }
        try log.write { (writer) throws(StorageError) in _ = try writer.record(attempts) }
    }

    private func zone(_ name: String) throws -> TimeZoneRules {
        try ZoneDatabase(directory: "/usr/share/zoneinfo").zone(named: name)
    }

    private func columns(_ view: String) throws -> [String] {
        try database.rows("SELECT name FROM pragma_table_info(?)", [.text(view)]) { $0.text(0) }
    }

    @Test func columnsAreStable() throws {
        let attempts = [
            "company", "callback_id", "attempt", "finished_at", "finished_ms", "outcome", "reason",
            "status", "duration_ms", "is_latest", "profile_id", "profile_title", "channel", "event",
            "method", "origin",
        ]
        #expect(try columns("v_attempts") == attempts)
        #expect(try columns("v_callbacks") == attempts)
        let daily = [
            "company", "day", "profile_id", "origin", "channel", "outcome", "reason", "callbacks",
        ]
        #expect(try columns("v_daily") == daily)
    }

    @Test(arguments: Outcome.allCases, Reason.allCases)
    func codesAreWords(outcome: Outcome, reason: Reason) throws {
        let attempt = Attempt(
            company: "HA", callbackID: "1", finishedAt: Instant(milliseconds: 1_700_000_000_123),
            outcome: outcome, reason: reason)
        try log.write { (writer) throws(StorageError) in _ = try writer.record(attempt) }
        for view in ["v_attempts", "v_callbacks", "v_daily"] {
            let words = try database.row("SELECT outcome, reason FROM \(view)") {
                [$0.optionalText(0), $0.optionalText(1)]
            }
            #expect(words == [outcome.name, outcome == .delivered ? nil : reason.name], "\(view)")
        }
    }

    @Test(arguments: [1, 2]) func attemptsEqualThoseOfTheLog(seed: UInt64) throws {
        try fill(seed: seed)
        let viewed = try database.rows(
            """
            SELECT company, callback_id, attempt, finished_at, finished_ms, outcome, reason, status,
                profile_id, channel, event, method, origin, duration_ms, is_latest
            FROM v_attempts ORDER BY 1, 2, 3, 5
            """
        ) { row in (0..<15).map { row.optionalText(Int32($0)) ?? "-" } }
        var expected: [[String]] = []
        try log.forEachAttempt(AttemptFilter(company: nil), latestOnly: false) {
            expected.append(Self.texts($0))
        }
        expected.sort {
            ($0[0], $0[1], Int($0[2]) ?? 0, $0[4]) < ($1[0], $1[1], Int($1[2]) ?? 0, $1[4])
        }
        #expect(viewed == expected)
        #expect(viewed.count > 500)
    }

    private static func texts(_ exported: ExportedAttempt) -> [String] {
        let attempt = exported.attempt
        let time = attempt.finishedAt.rfc3339
        let milliseconds = time.contains(".") ? time : "\(time.dropLast()).000Z"
        let optional: [String?] = [
            attempt.outcome.name, attempt.reason?.name, attempt.status.map { "\($0)" },
            attempt.profileID, attempt.channel, attempt.event, attempt.method, attempt.origin,
            attempt.durationMilliseconds.map { "\($0)" }, exported.isLatest ? "1" : "0",
        ]
        return [
            attempt.company, attempt.callbackID, "\(attempt.number)", milliseconds,
            "\(attempt.finishedAt.milliseconds)",
        ] + optional.map { $0 ?? "-" }
    }

    /// Days of 23 to 25 hours, and an offset that is not a whole number of hours.
    @Test(arguments: ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "UTC"])
    func dailyCountsEqualTheCountsOfLocalDays(name: String) throws {
        try fill(seed: 5, 2000)
        let zone = try zone(name)
        try log.store(zones: ["HA": zone], release: "test")
        let days = try database.rows("SELECT DISTINCT day FROM v_daily WHERE company = 'HA'") {
            $0.text(0)
        }
        #expect(days.count > 2)
        var total = 0
        for day in days {
            let period = try period(of: day, in: zone)
            let tally = try log.tally(company: "HA", in: period)
            for outcome in Outcome.allCases {
                let viewed = try database.integer(
                    """
                    SELECT ifnull(sum(callbacks), 0) FROM v_daily
                    WHERE company = 'HA' AND day = ? AND outcome = ?
                    """, [.text(day), .text(outcome.name)])
                #expect(Int(viewed) == tally[outcome], "\(day) \(outcome)")
                total += Int(viewed)
            }
        }
        let all = try database.integer("SELECT count(*) FROM v_callbacks WHERE company = 'HA'")
        #expect(Int(all) == total)
    }

    private func period(of day: String, in zone: TimeZoneRules) throws -> Period {
        let noon = try #require(Instant(timestamp: "\(day)T12:00:00Z"))
        func midnight(_ days: Int64) -> Instant {
            var local = TimeZoneRules.utc.civil(noon.advanced(seconds: days * 86_400))
            local.time = TimeOfDay(hour: 0, minute: 0)
            return zone.instant(of: local)
        }
        return Period(start: midnight(0), end: midnight(1))
    }

    @Test func daysOfACompanyWithoutAZoneAreUTCDays() throws {
        let late = try #require(Instant(timestamp: "2026-11-25T23:59:59.999Z"))
        let attempt = Attempt(company: "HA", callbackID: "1", finishedAt: late, outcome: .delivered)
        try log.write { (writer) throws(StorageError) in _ = try writer.record(attempt) }
        #expect(try database.row("SELECT day FROM v_daily") { $0.text(0) } == "2026-11-25")
        try log.store(zones: ["HA": zone("Asia/Kolkata")], release: "1")
        #expect(try database.row("SELECT day FROM v_daily") { $0.text(0) } == "2026-11-26")
    }

    @Test func zonesAreWrittenOnlyIfTheyChange() throws {
        let zones = ["HA": try zone("Europe/Berlin"), "HB": try zone("Asia/Kolkata")]
        func changes(_ body: () throws -> Void) throws -> Int64 {
            let before = try database.integer("SELECT total_changes()")
            try body()
            return try database.integer("SELECT total_changes()") - before
        }
        #expect(try changes { try log.store(zones: zones, release: "1") } > 0)
        #expect(try changes { try log.store(zones: zones, release: "1") } == 0)
        #expect(try changes { try log.store(zones: zones, release: "2") } > 0)
        let moved = ["HA": try zone("America/New_York")]
        #expect(try changes { try log.store(zones: moved, release: "2") } > 0)
        let stored = try database.rows("SELECT sid, zone FROM company_zones ORDER BY 1") {
            [$0.text(0), $0.text(1)]
        }
        #expect(stored == [["HA", "America/New_York"], ["HB", "Asia/Kolkata"]])
    }
}
