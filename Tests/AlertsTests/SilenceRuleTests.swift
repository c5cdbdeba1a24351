import Alerts
import CivilTime
import Testing

/// Which silences of a log are unusual.
@Suite struct SilenceRuleTests {
    private static let quarter: Int64 = 15 * 60_000

    /// A log with callbacks in the quarter hours for which `isBusy` is true, until it falls silent.
    private func isSilent(
        _ silence: Int64, at now: String, zone: String = "Europe/Berlin",
        isBusy: (CivilDateTime) -> Bool
    ) throws -> Bool {
        let rules = try ZoneDatabase(directory: "/usr/share/zoneinfo").zone(named: zone)
        let now = try #require(Instant(rfc3339: now))
        let last = now.advanced(milliseconds: -silence)
        return SilenceRule().isSilent(for: silence, at: now, in: rules) { period in
            var quarters: [Instant] = []
            var start = period.start.rounded(downTo: Self.quarter)
            while start < period.end {
                if start <= last, isBusy(rules.civil(start)) { quarters.append(start) }
                start = start.advanced(milliseconds: Self.quarter)
            }
            return quarters
        }
    }

    private static let hour: Int64 = 3_600_000

    @Test func `an hour without callbacks is unusual for a busy log`() throws {
        let now = "2026-11-25T17:00:00Z"
        #expect(try isSilent(Self.hour, at: now) { _ in true })
        #expect(try !isSilent(Self.hour - 1, at: now) { _ in true })
    }

    @Test func `a log with gaps is silent after three times its longest gap`() throws {
        // Every half hour.
        let isBusy = { (time: CivilDateTime) in time.time.minute / 15 % 2 == 0 }
        let now = "2026-11-25T17:00:00Z"
        #expect(try !isSilent(Self.hour, at: now, isBusy: isBusy))
        #expect(try isSilent(2 * Self.hour, at: now, isBusy: isBusy))
    }

    @Test func `nights and mornings are quiet as usual`() throws {
        let isBusy = { (time: CivilDateTime) in (8..<18).contains(time.time.hour) }
        // From 18:00 on the day before until the first hour is over.
        for minutes in stride(from: 0, through: 14 * 60 + 55, by: 5) {
            let now = try #require(Instant(rfc3339: "2026-11-24T17:00:00Z"))
                .advanced(seconds: Int64(minutes) * 60)
            let silence = Int64(minutes) * 60_000
            #expect(try !isSilent(silence, at: now.rfc3339, isBusy: isBusy), "\(now.rfc3339)")
        }
    }

    @Test func `a working day without callbacks is unusual after its first hour`() throws {
        let isBusy = { (time: CivilDateTime) in (8..<18).contains(time.time.hour) }
        #expect(try isSilent(15 * Self.hour, at: "2026-11-25T08:00:00Z", isBusy: isBusy))
    }

    @Test func `days without callbacks in the last week make a silence usual`() throws {
        let isBusy = { (time: CivilDateTime) in ![.saturday, .sunday].contains(time.date.weekday) }
        #expect(try !isSilent(2 * Self.hour, at: "2026-11-25T17:00:00Z", isBusy: isBusy))
    }

    @Test func `a new log is never silent`() throws {
        let isBusy = { (time: CivilDateTime) in time.date.day >= 20 }
        #expect(try !isSilent(2 * Self.hour, at: "2026-11-25T17:00:00Z", isBusy: isBusy))
    }

    /// Callbacks that follow the local time, and others that follow UTC, end an hour apart after the
    /// clocks change.
    @Test(arguments: ["2026-10-25", "2026-03-29"])
    func `the end of a day is quiet when the clocks changed`(date: String) throws {
        let day = try #require(Instant(rfc3339: "\(date)T00:00:00Z"))
        for minutes in stride(from: 0, through: 13 * 60 + 55, by: 5) {
            let now = day.advanced(seconds: 17 * 3600 + Int64(minutes) * 60)
            let silence = Int64(minutes) * 60_000
            // Until 17:00 UTC on every day, whatever the local time is.
            let utcEnds = { (time: CivilDateTime) in
                let utc = Self.utcHour(of: time)
                return (6..<17).contains(utc)
            }
            #expect(try !isSilent(silence, at: now.rfc3339, isBusy: utcEnds), "\(now.rfc3339)")
        }
    }

    private static func utcHour(of local: CivilDateTime) -> Int {
        guard
            let zone = try? ZoneDatabase(directory: "/usr/share/zoneinfo")
                .zone(named: "Europe/Berlin")
        else { return 0 }
        return TimeZoneRules.utc.civil(zone.instant(of: local)).time.hour
    }

    // MARK: States

    @Test func `a silence is reported once, and once that it is over`() {
        let start = Instant(seconds: 1_795_600_800)
        var state = AlertState()
        SilenceRule.update(&state, isSilent: true, last: start, at: start.advanced(seconds: 3600))
        let first = state.takeNotice(at: start.advanced(seconds: 3600))?.kind
        #expect(first == .silent)
        SilenceRule.update(&state, isSilent: true, last: start, at: start.advanced(seconds: 3700))
        let repeated = state.takeNotice(at: start.advanced(seconds: 3700))
        #expect(repeated == nil)
        // The night begins, and the silence is no longer unusual.
        SilenceRule.update(&state, isSilent: false, last: start, at: start.advanced(seconds: 9000))
        #expect(state.condition == .silent)
        let last = start.advanced(seconds: 9900)
        SilenceRule.update(&state, isSilent: false, last: last, at: last)
        let second = state.takeNotice(at: last)?.kind
        #expect(second == .resumed)
    }
}
