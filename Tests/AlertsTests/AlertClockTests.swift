import Alerts
import CivilTime
import Testing

/// What evaluations conclude from clocks that jump.
@Suite struct AlertClockTests {
    private static let start = Instant(seconds: 1_795_600_800)
    private static let minute: Int64 = 60_000
    private static let hour = 60 * minute

    private var clock = AlertClock()

    private mutating func read(
        _ now: Instant
    ) throws -> (reading: AlertClock.Reading, isChanged: Bool) {
        let result = clock.read(now)
        return try #require(result)
    }

    private func isEvaluated(_ now: Instant) -> Bool {
        var copy = clock
        return copy.read(now) != nil
    }

    /// Reads the clock every five minutes for an hour, and returns the last time.
    private mutating func settle() -> Instant {
        var now = Self.start
        for _ in 0...12 {
            _ = clock.read(now)
            now = now.advanced(milliseconds: 5 * Self.minute)
        }
        return now.advanced(milliseconds: -5 * Self.minute)
    }

    @Test mutating func `the first evaluation trusts its clock, but not old records`() throws {
        let (reading, isChanged) = try read(Self.start)
        #expect(isChanged)
        #expect(reading.trustedSince == Instant(milliseconds: 0))
        #expect(reading.horizon == Self.start.advanced(milliseconds: -Self.hour))
    }

    @Test mutating func `regular evaluations trust all time`() throws {
        let last = settle()
        let (reading, _) = try read(last.advanced(milliseconds: 15_000))
        #expect(reading.trustedSince == Instant(milliseconds: 0))
    }

    @Test mutating func `evaluations seconds apart write nothing`() throws {
        let last = settle()
        let (_, isChanged) = try read(last.advanced(milliseconds: 15_000))
        #expect(!isChanged)
    }

    @Test mutating func `after a jump of an hour, time counts from the jump`() throws {
        let later = settle().advanced(milliseconds: Self.hour)
        let (reading, _) = try read(later)
        #expect(reading.trustedSince == later)
        let (next, _) = try read(later.advanced(milliseconds: 15_000))
        #expect(next.trustedSince == later)
    }

    @Test mutating func `records before a pause of the evaluations are not old`() throws {
        let last = settle()
        let (reading, _) = try read(last.advanced(milliseconds: 5 * Self.hour))
        #expect(reading.horizon == last.advanced(milliseconds: -Self.hour))
    }

    @Test mutating func `hourly evaluations are no jumps`() throws {
        var now = settle()
        var trusted: [Instant] = []
        for _ in 0..<4 {
            now = now.advanced(milliseconds: Self.hour)
            trusted.append(try read(now).reading.trustedSince)
        }
        // The first one may be a jump. The others have the same distance.
        #expect(Set(trusted) == [settledJump(now)])
    }

    private func settledJump(_ last: Instant) -> Instant {
        last.advanced(milliseconds: -3 * Self.hour)
    }

    @Test mutating func `a clock set back by an hour pauses until it has caught up`() throws {
        let last = settle()
        let back = last.advanced(milliseconds: -Self.hour)
        #expect(!isEvaluated(back))
        #expect(!isEvaluated(back.advanced(milliseconds: 30 * Self.minute)))
        #expect(isEvaluated(last))
    }

    @Test mutating func `a clock set back by days corrects a wrong one`() throws {
        let back = settle().advanced(milliseconds: -72 * Self.hour)
        let (reading, isChanged) = try read(back)
        #expect(isChanged && reading.clampsStates)
        #expect(reading.trustedSince == back)
        #expect(clock.evaluatedAt == back)
    }
}
