import CivilTime
import DeliveryLog
import Reporting
import Storage
import Testing

@Suite struct QuietTests {
    @Test func emptyLogIsNeverAny() throws {
        let report = try LogFixture().report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .neverAny)
    }

    @Test func recordsOfOtherCompaniesMeanNoCallbacks() throws {
        let fixture = try LogFixture()
        for hour in 10...16 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-04T\(hour):50", company: "HB")
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .noCallbacks)
    }

    @Test func unusuallyLongSilenceIsReported() throws {
        let fixture = try LogFixture()
        for hour in 10...15 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-02T\(hour):50")
        }
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .silent(since: try fixture.at("2026-03-02T15:50")))
    }

    /// A log with a record every 15 minutes, from the start of one local time to that of another.
    private func filled(_ periods: (String, String)...) throws -> LogFixture {
        let fixture = try LogFixture()
        var attempts: [Attempt] = []
        for (start, end) in periods {
            let (start, end) = (try fixture.at(start), try fixture.at(end))
            for time in stride(
                from: start.milliseconds, to: end.milliseconds, by: 15 * 60_000)
            {
                attempts.append(
                    Attempt(
                        company: time % 7 == 0 ? "HA" : "HB", callbackID: "\(time)",
                        finishedAt: Instant(milliseconds: time), outcome: .delivered))
            }
        }
        try fixture.record(attempts)
        return fixture
    }

    @Test func aSilenceOfHoursIsReportedDespiteCallbacks() throws {
        let fixture = try filled(("2026-02-20T00:00", "2026-03-04T12:00"))
        let since = try fixture.at("2026-03-04T11:45")
        for frequency in [Frequency.daily, .weekly] {
            let report = try fixture.report(frequency, ending: "2026-03-04T17:00")
            #expect(report.totals.delivered > 0)
            #expect(report.notes.quiet == .silent(since: since))
            #expect(report.notes.silences == [])
        }
    }

    @Test func lessThanAnHourOfSilenceIsNotReported() throws {
        let fixture = try filled(("2026-02-20T00:00", "2026-03-04T16:01"))
        #expect(try fixture.report(.daily, ending: "2026-03-04T16:59").notes.quiet == nil)
        #expect(try fixture.report(.daily, ending: "2026-03-04T17:00").notes.quiet != nil)
    }

    @Test func silencesWithinThePeriodAreReported() throws {
        let fixture = try filled(
            ("2026-02-10T00:00", "2026-02-26T03:00"), ("2026-02-26T09:59", "2026-02-28T12:01"),
            ("2026-02-28T20:00", "2026-03-03T21:00"), ("2026-03-04T03:30", "2026-03-04T17:01"))
        let silences = try [
            ("2026-02-26T02:45", "2026-02-26T09:59"), ("2026-02-28T11:59", "2026-02-28T20:00"),
            ("2026-03-03T20:45", "2026-03-04T03:30"),
        ].map { Period(start: try fixture.at($0), end: try fixture.at($1)) }
        let daily = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(daily.notes.silences == [silences[2]] && daily.notes.quiet == nil)
        // Silences of less than 1/24 of the period are not mentioned.
        let weekly = try fixture.report(.weekly, ending: "2026-03-04T17:00")
        #expect(weekly.notes.silences == silences.dropLast() && weekly.notes.quiet == nil)
        let monthly = try fixture.report(.monthly, ending: "2026-03-25T17:00")
        #expect(monthly.notes.silences == [])
        #expect(monthly.notes.quiet == .silent(since: try fixture.at("2026-03-04T17:00")))
    }

    @Test(arguments: ["17:59", "18:00"])
    func aSilenceThatBeganBeforeThePeriodNeedsAnHourInIt(end: String) throws {
        let fixture = try filled(
            ("2026-02-10T00:00", "2026-02-26T10:00"), ("2026-02-27T\(end)", "2026-03-04T17:00"))
        let silence = Period(
            start: try fixture.at("2026-02-26T09:45"), end: try fixture.at("2026-02-27T18:00"))
        let report = try fixture.report(.daily, ending: "2026-02-28T17:00")
        #expect(report.notes.silences == (end == "18:00" ? [silence] : []))
    }

    @Test func quietNightsAreNotReported() throws {
        let fixture = try LogFixture()
        for day in 10...28 {
            for hour in 8..<18 {
                for minute in ["00", "20", "40"] {
                    let time = "2026-02-\(day)T\(hour < 10 ? "0" : "")\(hour):\(minute)"
                    try fixture.record(time, .delivered, at: time)
                }
            }
        }
        for end in ["20T17:00", "21T07:00", "21T08:10", "25T17:00", "26T00:00"] {
            let report = try fixture.custom("2026-02-18T17:00", "2026-02-\(end)")
            #expect(report.notes.quiet == nil && report.notes.silences == [], "\(end)")
        }
        let noon = try fixture.custom("2026-02-28T17:00", "2026-03-01T12:00")
        #expect(noon.notes.quiet == .silent(since: try fixture.at("2026-02-28T17:40")))
    }

    @Test func usualSilenceIsNotReported() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: "2026-02-20T10:00")
        try fixture.record("b", .delivered, at: "2026-03-02T10:00")
        let report = try fixture.report(.daily, ending: "2026-03-04T17:00")
        #expect(report.notes.quiet == .usualGap(since: try fixture.at("2026-03-02T10:00")))
    }

    @Test func aGapIsUsualIfItMayBeAsLongAsAnEarlierOne() throws {
        let fixture = try LogFixture()
        for time in ["10:14", "12:01"] {
            try fixture.record(time, .delivered, at: "2026-03-02T\(time)")
        }
        // Gaps are known to a quarter hour.
        let since = try fixture.at("2026-03-02T12:01")
        let usual = try fixture.custom("2026-03-02T12:05", "2026-03-02T14:16")
        #expect(usual.notes.quiet == .usualGap(since: since))
        let long = try fixture.custom("2026-03-02T12:05", "2026-03-02T14:17")
        #expect(long.notes.quiet == .longGap(since: since))
    }

    @Test func aLongGapIsMentionedIfThePeriodIsEmpty() throws {
        let fixture = try LogFixture()
        for day in 1...8 {
            try fixture.record("\(day)", .delivered, at: "2026-03-0\(day)T10:00")
        }
        let quiet = { end in try fixture.report(.daily, ending: end).notes.quiet }
        let since = try fixture.at("2026-03-08T10:00")
        #expect(try quiet("2026-03-08T17:00") == nil)
        #expect(try quiet("2026-03-09T17:00") == .longGap(since: since))
        #expect(try quiet("2026-03-11T09:00") == .longGap(since: since))
        #expect(try quiet("2026-03-11T17:00") == .silent(since: since))
    }

    @Test(arguments: [("2026-03-02T11:50", true), ("2026-02-20T10:00", false)])
    func aSilenceEndsWithTheNextRecord(earlier: String, isSilent: Bool) throws {
        let fixture = try LogFixture()
        try fixture.record("a", .delivered, at: earlier)
        for time in ["12:00", "12:30", "13:00", "13:30", "13:55"] {
            try fixture.record(time, .delivered, at: "2026-03-02T\(time)")
        }
        for minute in ["00", "01", "16"] {
            try fixture.record(minute, .failed, at: "2026-03-05T09:\(minute)", company: "HB")
        }
        let (since, next) = (try fixture.at("2026-03-02T13:55"), try fixture.at("2026-03-05T09:00"))
        for (now, until) in [
            ("2026-03-04T17:00", nil), ("2026-03-05T09:00", nil), ("2026-03-05T09:01", next),
            ("2026-03-30T09:00", next),
        ] {
            let report = try fixture.report(
                .daily, ending: "2026-03-04T17:00", now: try fixture.at(now))
            #expect(
                report.notes.quiet
                    == (isSilent
                        ? .silent(since: since, until: until)
                        : .usualGap(since: since, until: until)))
        }
    }

    @Test func prunedRecordsAreNoSilence() throws {
        let fixture = try LogFixture()
        for hour in 10...16 {
            try fixture.record("\(hour)", .delivered, at: "2026-03-04T\(hour):50", company: "HB")
        }
        try fixture.record("late", .delivered, at: "2026-03-20T10:00", company: "HB")
        let now = try fixture.at("2026-03-21T10:00")
        func quiet(_ end: String) throws -> Notes.Quiet? {
            try fixture.report(.daily, ending: end, now: now).notes.quiet
        }
        let before = try quiet("2026-03-03T17:00")
        #expect(try quiet("2026-03-04T17:00") == .noCallbacks)
        _ = try fixture.log.prune(before: fixture.at("2026-03-10T00:00"))
        #expect(try quiet("2026-03-04T17:00") == .noCallbacks)
        #expect(try quiet("2026-03-03T17:00") == before)
        // The time within the quarter hour is unknown.
        let since = try fixture.at("2026-03-04T17:00")
        #expect(
            try quiet("2026-03-06T17:00")
                == .silent(since: since, until: fixture.at("2026-03-20T10:00")))
    }

    @Test func periodWithCallbacksIsNotQuiet() throws {
        let fixture = try LogFixture()
        try fixture.record("a", .retrying, at: "2026-03-04T10:00")
        #expect(try fixture.report(.daily, ending: "2026-03-04T17:00").notes.quiet == nil)
    }
}
