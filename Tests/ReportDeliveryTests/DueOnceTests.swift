import CivilTime
import DeliveryLog
import FoundationEssentials
import ReportDelivery
import Settings
import Storage
import TestSupport
import Testing

/// Every due report is claimed exactly once.
@Suite struct DueOnceTests {
    @Test func firstRunSendsNothing() throws {
        let fixture = try RunFixture(RunFixture.all)
        let events = try fixture.run("2026-11-25T17:00")
        #expect(events.count == 3)
        #expect(fixture.transport.attempts.isEmpty)
        #expect(try fixture.ledger.history().isEmpty)
    }

    @Test func wednesdayThe25thSendsThree() throws {
        let fixture = try RunFixture(RunFixture.all)
        try fixture.run("2026-11-25T16:59")
        try fixture.run("2026-11-25T17:00")
        #expect(fixture.transport.mailbox.count == 3)
        #expect(try fixture.run("2026-11-25T17:05").isEmpty)
        let entries = try fixture.ledger.history()
        #expect(Set(entries.map(\.kind.frequency)) == Set(Frequency.allCases))
        #expect(entries.map(\.number) == [1, 1, 1])
        #expect(entries.map(\.state) == [.sent, .sent, .sent])
    }

    /// Runs at random times through a year. Every occurrence has exactly one report.
    @Test(arguments: ["Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
    func aYearOfRunsClaimsEveryOccurrenceOnce(zone: String) throws {
        let fixture = try RunFixture(RunFixture.all, zone: zone)
        var random = SeededRandom(seed: 25)
        let start = try fixture.at("2026-01-01T12:00")
        let end = try fixture.at("2027-01-01T12:00")
        var now = start
        while now < end {
            try fixture.run(now)
            let hours = Int64.random(in: 1...40, using: &random)
            now = now.advanced(seconds: hours * 3600 + Int64.random(in: 0..<3600, using: &random))
        }
        try fixture.run(end)
        for frequency in Frequency.allCases {
            let schedule = Schedule(frequency: frequency, zone: fixture.zone)
            let due = schedule.occurrences(after: start, through: end)
            let entries = try fixture.ledger.history().filter { $0.kind.frequency == frequency }
            #expect(entries.reversed().map(\.period.end) == due)
            #expect(entries.reversed().map(\.number) == Array(1...due.count))
            #expect(entries.allSatisfy { $0.state == .sent })
            for (later, earlier) in zip(entries, entries.dropFirst()) {
                #expect(later.period.start == earlier.period.end)
            }
        }
        #expect(fixture.transport.mailbox.count == (try fixture.ledger.history().count))
        #expect(
            Set(try fixture.deliveries().map(\.messageID)).count == fixture.transport.mailbox.count)
    }

    @Test func missedReportsAreSentOldestFirstAndExcessOnesAreSkipped() throws {
        let fixture = try RunFixture(top: "catchUp: 2,")
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-05T18:00")
        let entries = try fixture.ledger.history().reversed()
        #expect(entries.map(\.state) == [.skipped, .skipped, .skipped, .sent, .sent])
        #expect(entries.map(\.number) == [nil, nil, nil, 1, 2])
        #expect(fixture.transport.mailbox.count == 4)
    }

    @Test func catchUpOfZeroSendsTheLatestReport() throws {
        let fixture = try RunFixture(top: "catchUp: 0,")
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-04T18:00")
        #expect(
            try fixture.ledger.history().reversed().map(\.state)
                == [.skipped, .skipped, .skipped, .sent])
    }

    @Test func settingTheClockBackSendsNothingTwice() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-02T17:30")
        for time in ["2026-03-02T16:30", "2026-02-01T00:00", "2026-03-02T17:10"] {
            #expect(try fixture.run(time).isEmpty)
        }
        #expect(try fixture.recorded().count == 2)
        #expect(fixture.transport.mailbox.count == 4)
    }

    @Test func disabledTimeHasNoReports() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-01T18:00")
        try fixture.configure("daily: {emailAddresses: 'a@example.com', enabled: false}")
        try fixture.run("2026-03-02T12:00")
        try fixture.configure(RunFixture.daily)
        try fixture.run("2026-03-05T12:00")
        try fixture.run("2026-03-05T18:00")
        #expect(
            try fixture.recorded() == ["2026-03-01T17:00:00+01:00", "2026-03-05T17:00:00+01:00"])
        let last = try #require(try fixture.ledger.history().first)
        #expect(last.period.start == (try fixture.at("2026-03-04T17:00")))
    }

    @Test func invalidCompanyIsNotTreatedAsDisabled() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.configure("daily: {emailAddresses: 'nobody'}")
        #expect(fixture.configuration.invalidCompanies.count == 1)
        try fixture.run("2026-03-02T18:00")
        try fixture.configure(RunFixture.daily)
        try fixture.run("2026-03-03T18:00")
        #expect(try fixture.recorded().count == 3)
    }

    @Test(arguments: [
        ("Asia/Kolkata", "17:00"), ("America/Los_Angeles", "17:00"), ("Europe/Berlin", "09:15"),
    ])
    func changedZoneOrHourLeavesNoGapOrOverlap(zone: String, time: String) throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-02T18:00")
        try fixture.configure(
            "daily: {emailAddresses: 'a@example.com', time: '\(time)'}", zone: zone)
        try fixture.run("2026-03-05T18:00")
        let periods = try fixture.ledger.history().reversed().map(\.period)
        #expect(periods.count >= 4)
        for (earlier, later) in zip(periods, periods.dropFirst()) {
            #expect(later.start == earlier.end)
            #expect(later.start < later.end)
        }
    }

    /// A new release of the tz database moves the zone by hours, eastward or westward.
    @Test(arguments: ["Asia/Karachi", "America/Sao_Paulo"])
    func updatedZoneRulesLeaveNoGapOrOverlap(rules: String) throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-02T18:00")
        let update = try TemporaryDirectory()
        let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(rules)"))
        try update.write(bytes, to: "Europe/Berlin")
        fixture.zones = ZoneDatabase(directory: update.path)
        try fixture.configure(RunFixture.daily)
        let start = try fixture.at("2026-03-02T18:00")
        for hour in 0...60 { try fixture.run(start.advanced(seconds: Int64(hour) * 3600)) }
        let periods = try fixture.ledger.history().reversed().map(\.period)
        #expect(periods.count >= 4)
        #expect(fixture.transport.mailbox.count == periods.count * 2)
        for (earlier, later) in zip(periods, periods.dropFirst()) {
            #expect(later.start == earlier.end)
            #expect(later.start < later.end)
        }
    }

    @Test func emptyReportIsSentUnlessSkipEmptyIsSet() throws {
        let fixture = try RunFixture("daily: {emailAddresses: 'a@example.com', skipEmpty: true}")
        try fixture.run("2026-03-01T12:00")
        try fixture.record("a", .failed, at: "2026-03-02T12:00")
        try fixture.run("2026-03-01T17:00")
        try fixture.run("2026-03-02T17:00")
        let entries = try fixture.ledger.history().reversed()
        #expect(entries.map(\.state) == [.skipped, .sent])
        #expect(entries.first?.skipped == "no callbacks in the period")
    }
}
