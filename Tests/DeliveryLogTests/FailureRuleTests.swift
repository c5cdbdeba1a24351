import CivilTime
import DeliveryLog
import Testing

/// The rule for failing endpoints, by its table of situations.
@Suite struct FailureRuleTests {
    private static let now = Instant(seconds: 1_795_600_800)

    struct Situation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var recent = Tally()
        /// The callbacks tried since the last delivery, and how many seconds ago the first attempt
        /// was.
        var tried: (callbacks: Int, secondsAgo: Int64)?
        var isFailing: Bool
    }

    private static let situations: [Situation] = [
        .init(testDescription: "nothing was sent", isFailing: false),
        .init(
            testDescription: "everything is delivered", recent: Tally(delivered: 500),
            isFailing: false),
        .init(
            testDescription: "the last callback failed, as one in a hundred does",
            recent: Tally(delivered: 99, failed: 1), tried: (1, 2), isFailing: false),
        .init(
            testDescription: "one callback failed hours ago and nothing was sent since",
            tried: (1, 20_000), isFailing: false),
        .init(
            testDescription: "two callbacks failed hours ago", tried: (2, 20_000),
            isFailing: false),
        .init(
            testDescription: "three failed callbacks, the first a second less than 15 minutes ago",
            recent: Tally(failed: 3), tried: (3, 899), isFailing: false),
        .init(
            testDescription: "three failed callbacks, the first 15 minutes ago",
            recent: Tally(failed: 3), tried: (3, 900), isFailing: true),
        .init(
            testDescription: "three failed callbacks, days ago", tried: (3, 400_000),
            isFailing: true),
        .init(
            testDescription: "three callbacks that are all still retrying",
            recent: Tally(retrying: 3), tried: (3, 1_000), isFailing: true),
        .init(
            testDescription: "nine undelivered and nothing delivered, for a minute",
            recent: Tally(failed: 9), tried: (9, 60), isFailing: false),
        .init(
            testDescription: "ten undelivered and nothing delivered, for a minute",
            recent: Tally(failed: 4, retrying: 6), tried: (10, 60), isFailing: true),
        .init(
            testDescription: "ten undelivered, nine delivered, the last one just now",
            recent: Tally(delivered: 9, failed: 10), isFailing: true),
        .init(
            testDescription: "ten undelivered, exactly half delivered",
            recent: Tally(delivered: 10, failed: 10), isFailing: false),
        .init(
            testDescription: "many undelivered, more than half delivered",
            recent: Tally(delivered: 501, failed: 499), isFailing: false),
    ]

    @Test(arguments: situations)
    func `the rule decides whether an endpoint is failing`(situation: Situation) {
        let run = situation.tried.map {
            UndeliveredRun(
                since: Self.now.advanced(seconds: -$0.secondsAgo), callbacks: $0.callbacks)
        }
        let known = EndpointSituation(recent: situation.recent, undelivered: run)
        #expect(FailureRule().isFailing(known, at: Self.now) == situation.isFailing)
    }

    @Test func `a company can override the thresholds`() {
        var rule = FailureRule()
        rule.minimumCallbacks = 2
        rule.deliveredShare = 0.9
        let recent = EndpointSituation(recent: Tally(delivered: 10, failed: 2))
        #expect(rule.isFailing(recent, at: Self.now))
        rule.deliveredShare = 0.8
        #expect(!rule.isFailing(recent, at: Self.now))
    }

    @Test(arguments: [
        ("2026-11-25T17:00:00Z", "2026-11-25T16:30:00Z"),
        ("2026-11-25T17:00:00.001Z", "2026-11-25T16:45:00Z"),
        ("2026-11-25T17:14:59Z", "2026-11-25T16:45:00Z"),
        ("2026-11-25T17:15:00Z", "2026-11-25T16:45:00Z"),
    ])
    func `recent means the quarter hour that contains or ends now, and the one before`(
        now: String, start: String
    ) throws {
        let now = try #require(Instant(rfc3339: now))
        let period = FailureRule().recentPeriod(at: now)
        #expect(period == Period(start: try #require(Instant(rfc3339: start)), end: now))
    }
}
