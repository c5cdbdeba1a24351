import Alerts
import CivilTime
import Testing

/// Which silences of a log are unusual, by what the log had before.
@Suite struct UsualActivityTests {
    private static let quarter: Int64 = 15 * 60_000
    private static let hour: Int64 = 3_600_000
    private static let day = 24 * hour
    private let zone: TimeZoneRules
    /// A Monday, six weeks after the start of most logs.
    private let monday: Instant

    init() throws {
        zone = try ZoneDatabase(directory: "/usr/share/zoneinfo").zone(named: "Europe/Berlin")
        monday = try TimeArgument.instant("2026-11-23T00:00", in: zone)
    }

    /// Records in the quarter hours for which `isBusy` is true.
    private func activity(
        days: Int64 = 42, _ isBusy: (CivilDateTime) -> Bool
    ) -> UsualActivity {
        let beginning = monday.advanced(milliseconds: -days * Self.day)
        let end = monday.advanced(milliseconds: 14 * Self.day)
        let quarters = stride(
            from: beginning.milliseconds, to: end.milliseconds, by: Int(Self.quarter)
        ).map { Instant(milliseconds: $0) }.filter { isBusy(zone.civil($0)) }
        return UsualActivity(
            quarters: quarters, beginning: quarters.first ?? beginning, zone: zone)
    }

    /// Returns whether a silence between two local times is unusual.
    private func isUnusual(
        _ activity: UsualActivity, _ start: String, _ end: String
    ) throws -> Bool {
        let ends = try [start, end].map { try TimeArgument.instant($0, in: zone) }
        return activity.isUnusual(Period(start: ends[0], end: ends[1]))
    }

    private static func isWorkingDay(_ time: CivilDateTime) -> Bool {
        (8..<18).contains(time.time.hour)
            && ![.saturday, .sunday].contains(time.date.weekday)
    }

    @Test func `an hour without records is unusual for a log without gaps`() throws {
        let busy = activity { _ in true }
        #expect(try isUnusual(busy, "2026-11-23T03:00", "2026-11-23T04:00"))
        #expect(try !isUnusual(busy, "2026-11-23T03:00", "2026-11-23T03:59"))
    }

    @Test func `nights and weekends are quiet as usual`() throws {
        let office = activity(Self.isWorkingDay)
        for (start, end) in [
            ("2026-11-23T17:59", "2026-11-24T08:05"), ("2026-11-27T17:50", "2026-11-30T08:10"),
            ("2026-11-27T17:50", "2026-11-29T17:00"),
        ] {
            #expect(try !isUnusual(office, start, end), "\(start)")
        }
    }

    @Test func `working hours without records are unusual, whenever the silence ends`() throws {
        let office = activity(Self.isWorkingDay)
        for end in ["2026-11-24T17:00", "2026-11-24T23:00", "2026-11-25T07:00"] {
            #expect(try isUnusual(office, "2026-11-24T12:00", end))
        }
        #expect(try isUnusual(office, "2026-11-27T17:50", "2026-11-30T09:15"))
    }

    @Test func `a log without weekends is compared with the last seven days`() throws {
        let nightly = activity(days: 8) { (8..<18).contains($0.time.hour) }
        #expect(try isUnusual(nightly, "2026-11-24T12:00", "2026-11-24T13:00"))
        let younger = activity(days: 6) { (8..<18).contains($0.time.hour) }
        #expect(try !isUnusual(younger, "2026-11-23T12:00", "2026-11-24T08:00"))
    }

    @Test func `hours that the log does not have throughout are not compared`() throws {
        let beginning = CalendarDate(year: 2026, month: 11, day: 16)
        for (minute, isKnown) in [(45, false), (30, true)] {
            let nightly = activity {
                guard $0.date >= beginning, (8..<18).contains($0.time.hour) else { return false }
                return $0.date > beginning || $0.time >= TimeOfDay(hour: 12, minute: minute)
            }
            #expect(try isUnusual(nightly, "2026-11-23T13:00", "2026-11-23T14:00") == isKnown)
        }
    }

    @Test func `one quiet day makes a silence at these hours usual for a week`() throws {
        let quiet = CalendarDate(year: 2026, month: 11, day: 20)
        let busy = activity(days: 9) { $0.date != quiet || $0.time.hour < 12 }
        #expect(try !isUnusual(busy, "2026-11-26T13:00", "2026-11-26T15:00"))
        #expect(try isUnusual(busy, "2026-11-26T10:00", "2026-11-26T11:00"))
    }

    @Test func `a silence is unusual if it is three times as long as every gap`() throws {
        // A record every second day, at different hours.
        let sparse = activity {
            $0.date.day % 2 == 0 && $0.time == TimeOfDay(hour: $0.date.day % 20, minute: 0)
        }
        #expect(try !isUnusual(sparse, "2026-11-22T02:00", "2026-11-28T00:00"))
        #expect(try isUnusual(sparse, "2026-11-22T02:00", "2026-12-01T00:00"))
    }

    @Test func `in a log younger than a week, six times as long`() throws {
        let young = activity(days: 5) { $0.time.hour % 2 == 0 && $0.time.minute == 0 }
        #expect(try !isUnusual(young, "2026-11-23T02:00", "2026-11-23T13:45"))
        #expect(try isUnusual(young, "2026-11-23T02:00", "2026-11-23T14:00"))
    }

    @Test func `in a log younger than a day, also longer than a day`() throws {
        let young = activity(days: 0) { _ in true }
        #expect(try !isUnusual(young, "2026-11-23T12:00", "2026-11-24T12:00"))
        #expect(try isUnusual(young, "2026-11-23T12:00", "2026-11-24T12:01"))
    }

    @Test func `with fewer than five gaps, nothing is usual or unusual`() throws {
        for (records, isKnown) in [(5, false), (6, true)] {
            let few = activity(days: 2) {
                $0.date.day == 21 && $0.time.hour < records && $0.time.minute == 0
            }
            #expect(try isUnusual(few, "2026-11-21T06:00", "2026-11-24T06:00") == isKnown)
        }
    }

    @Test func `records at a different time of each day make no hours busy`() throws {
        // Three hours a day.
        let campaigns = activity {
            let start = $0.date.day * 7 % 21
            return (start..<start + 3).contains($0.time.hour)
        }
        #expect(try !isUnusual(campaigns, "2026-11-22T03:00", "2026-11-23T21:00"))
    }

    @Test func `the gap before the four weeks counts`() throws {
        let end = try TimeArgument.instant("2026-11-20T12:00", in: zone)
        let quarters = [-60, -29, -2, -1].map { end.advanced(milliseconds: $0 * Self.day) } + [end]
        let activity = UsualActivity(quarters: quarters, beginning: quarters[0], zone: zone)
        #expect(activity.longestGap(before: end) == 27 * Self.day)
    }
}
