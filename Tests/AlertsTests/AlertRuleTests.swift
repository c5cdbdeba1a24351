import Alerts
import CivilTime
import DeliveryLog
import Testing

/// The changes of an endpoint's state, and the notices that follow.
@Suite struct AlertRuleTests {
    private static let start = Instant(seconds: 1_795_600_800)
    private var state = AlertState()

    private static func minute(_ minute: Int64) -> Instant { start.advanced(seconds: minute * 60) }

    private static let failing = EndpointObservation(
        situation: EndpointSituation(
            recent: Tally(failed: 20),
            undelivered: UndeliveredRun(since: minute(-5), callbacks: 3)),
        lastFailure: minute(0))

    private static func recovered(_ minute: Int64) -> EndpointObservation {
        EndpointObservation(
            recovery: .init(since: Self.minute(minute - 1), tally: Tally(delivered: 5)))
    }

    private mutating func update(_ known: EndpointObservation, _ minute: Int64) -> AlertKind? {
        let now = Self.minute(minute)
        AlertRule().update(&state, by: known, at: AlertClock.Reading(now: now))
        return state.takeNotice(at: now)?.kind
    }

    private func check(
        _ kind: AlertKind?, _ expected: AlertKind?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(kind == expected, sourceLocation: sourceLocation)
    }

    // MARK: Changes

    @Test mutating func `a failure is reported once`() {
        check(update(Self.failing, 0), .failing)
        #expect(state.condition == .failing)
        #expect(state.firstFailure == Self.minute(-5))
        for minute in 1..<300 { check(update(Self.failing, Int64(minute)), nil) }
    }

    @Test mutating func `failures of an old log change nothing`() {
        var old = Self.failing
        old.lastFailure = nil
        check(update(old, 0), nil)
        #expect(state == AlertState())
    }

    struct Recovery: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var secondsAgo: Int64
        var tally: Tally
        var isRecovered: Bool
    }

    @Test(arguments: [
        Recovery(
            testDescription: "four deliveries within a minute", secondsAgo: 60,
            tally: Tally(delivered: 4), isRecovered: false),
        Recovery(
            testDescription: "five deliveries within a minute", secondsAgo: 60,
            tally: Tally(delivered: 5), isRecovered: true),
        Recovery(
            testDescription: "one delivery ten minutes ago", secondsAgo: 600,
            tally: Tally(delivered: 1), isRecovered: true),
        Recovery(
            testDescription: "one delivery, a second less than ten minutes ago", secondsAgo: 599,
            tally: Tally(delivered: 1), isRecovered: false),
        Recovery(
            testDescription: "nine of ten delivered", secondsAgo: 60,
            tally: Tally(delivered: 9, failed: 1), isRecovered: true),
        Recovery(
            testDescription: "eight of ten delivered, two retrying", secondsAgo: 60,
            tally: Tally(delivered: 8, retrying: 2), isRecovered: false),
        Recovery(
            testDescription: "only failures since, because the delivered callback was replaced",
            secondsAgo: 600, tally: Tally(failed: 5), isRecovered: false),
    ])
    func `deliveries since the first one decide about a recovery`(recovery: Recovery) {
        var copy = self
        _ = copy.update(Self.failing, 0)
        let known = EndpointObservation(
            recovery: .init(
                since: Self.minute(30).advanced(seconds: -recovery.secondsAgo),
                tally: recovery.tally))
        check(copy.update(known, 30), recovery.isRecovered ? .recovered : nil)
        #expect(copy.state.condition == (recovery.isRecovered ? .healthy : .failing))
    }

    @Test mutating func `a recovery that fails begins again with the next delivery`() {
        _ = update(Self.failing, 0)
        let known = EndpointObservation(
            recovery: .init(since: Self.minute(5), tally: Tally(delivered: 1, failed: 9)))
        check(update(known, 10), nil)
        #expect(state.recoversFrom == Self.minute(10))
    }

    @Test mutating func `attempts before a recovery do not count for the next failure`() {
        _ = update(Self.failing, 0)
        _ = update(Self.recovered(10), 10)
        #expect(state.countedFrom == Self.minute(9))
    }

    @Test mutating func `an endpoint to which nothing is sent for a week is forgotten quietly`() {
        _ = update(Self.failing, 0)
        let week: Int64 = 7 * 24 * 60
        check(update(EndpointObservation(), week - 1), nil)
        #expect(state.condition == .failing)
        check(update(EndpointObservation(), week), nil)
        #expect(state.condition == .healthy)
    }

    @Test mutating func `a failing endpoint with further failures is not forgotten`() {
        _ = update(Self.failing, 0)
        let day: Int64 = 24 * 60
        for days in 1...9 {
            var known = Self.failing
            known.lastFailure = Self.minute(Int64(days) * day)
            _ = update(known, Int64(days) * day)
        }
        _ = update(EndpointObservation(), 10 * day)
        #expect(state.condition == .failing)
    }

    // MARK: Disabled profiles

    @Test mutating func `a disabled profile is reported at once, and then no failure`() {
        check(update(Self.failing, 0), .failing)
        var known = Self.failing
        known.disabledSince = Self.minute(3)
        check(update(known, 4), .disabled)
        #expect(state.since == Self.minute(3))
        check(update(known, 5), nil)
    }

    @Test mutating func `an enabled profile is reported when it delivers again`() {
        var known = Self.failing
        known.disabledSince = Self.minute(0)
        check(update(known, 0), .disabled)
        check(update(EndpointObservation(), 10), nil)
        check(update(Self.recovered(20), 20), .recovered)
    }

    @Test mutating func `a warning comes at half of the time and one on the last day`() {
        var known = Self.failing
        let end: Int64 = 5 * 24 * 60
        known.disablesAt = Self.minute(end)
        var warnings: [Int64] = []
        for minute in stride(from: 0, to: end + 10, by: 10) {
            known.lastFailure = Self.minute(minute)
            if update(known, minute) == .disableWarning { warnings.append(minute) }
        }
        #expect(warnings == [end / 2, end - 24 * 60])
    }

    @Test mutating func `a warning that is late is one warning`() {
        var known = Self.failing
        _ = update(known, 0)
        known.disablesAt = Self.minute(60)
        check(update(known, 1), .disableWarning)
        check(update(known, 2), nil)
    }

    // MARK: Flapping

    @Test
    mutating func `a flapping endpoint has one notice of each kind per hour, and one summary`() {
        var notices: [String] = []
        for minute in Int64(0)..<240 {
            let known: EndpointObservation
            switch minute {
            case ..<60: known = minute / 5 % 2 == 0 ? Self.failing : Self.recovered(minute)
            default: known = EndpointObservation()
            }
            let now = Self.minute(minute)
            AlertRule().update(&state, by: known, at: AlertClock.Reading(now: now))
            if let due = state.takeNotice(at: now) {
                notices.append("\(minute) \(due.kind.rawValue) \(due.unreported)")
            }
        }
        #expect(
            notices == [
                "0 endpoint.failing 0", "5 endpoint.recovered 0", "65 endpoint.recovered 9",
            ])
    }

    @Test mutating func `a notice waits for endpoints that fail shortly after`() {
        let now = Self.minute(0)
        AlertRule().update(&state, by: Self.failing, at: AlertClock.Reading(now: now))
        check(state.takeNotice(at: now, hold: 30_000)?.kind, nil)
        check(state.takeNotice(at: now.advanced(seconds: 29), hold: 30_000)?.kind, nil)
        check(state.takeNotice(at: now.advanced(seconds: 30), hold: 30_000)?.kind, .failing)
    }

    // MARK: Clocks

    @Test mutating func `time that a jump of the clock added is no time without a delivery`() {
        let known = EndpointObservation(
            situation: EndpointSituation(
                recent: Tally(failed: 3),
                undelivered: UndeliveredRun(since: Self.minute(-70), callbacks: 3)),
            lastFailure: Self.minute(-65))
        let jump = Self.minute(0)
        for (minute, condition) in [(0, AlertCondition.healthy), (14, .healthy), (15, .failing)] {
            let reading = AlertClock.Reading(now: Self.minute(Int64(minute)), trustedSince: jump)
            AlertRule().update(&state, by: known, at: reading)
            #expect(state.condition == condition)
        }
    }

    @Test mutating func `times of a wrong clock are moved to now`() {
        _ = update(Self.failing, 60)
        state.clamp(to: Self.minute(0))
        #expect(state.since == Self.minute(0))
        #expect(state.lastFailingNotice == Self.minute(0))
        #expect(state.firstFailure == Self.minute(-5))
    }

    // MARK: Memory

    @Test mutating func `a state is forgotten when none of its times matters`() {
        #expect(state.isForgettable(at: Self.minute(0)))
        _ = update(Self.failing, 0)
        #expect(!state.isForgettable(at: Self.minute(500)))
        _ = update(Self.recovered(500), 500)
        #expect(!state.isForgettable(at: Self.minute(559)))
        #expect(state.isForgettable(at: Self.minute(560)))
    }
}
