import Alerts
import CivilTime
import DeliveryLog
import Storage
import TestSupport
import Testing

/// What is reported in which minute, for a table of situations.
///
/// Every situation is a list of attempts. The log is evaluated each minute, and receives each
/// attempt in the minute after it finished.
@Suite struct AlertSituationTests {
    struct Situation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Callbacks by minute, in a form that fits on a line.
        var attempts: [Part]
        /// The minutes to evaluate.
        var minutes = 0..<180
        /// The alerts by minute.
        var alerts: [String]
    }

    /// Several attempts of one kind.
    struct Part: Sendable {
        var outcome: Outcome
        var minutes: [Double]
        /// The prefix of the callback IDs. Equal IDs are attempts at one callback.
        var id: String
        var number = 1
        var origin = "https://hooks.example.com"
        var profile: String?
        /// The minute in which the records arrive, if not at once.
        var arrives: Double?

        /// One attempt in each interval, at callbacks of their own.
        static func every(
            _ step: Double, _ range: Range<Double>, _ outcome: Outcome, _ id: String = "c",
            origin: String = "https://hooks.example.com", profile: String? = nil,
            arrives: Double? = nil
        ) -> Part {
            Part(
                outcome: outcome,
                minutes: Array(stride(from: range.lowerBound, to: range.upperBound, by: step)),
                id: id, origin: origin, profile: profile, arrives: arrives)
        }
    }

    private static let situations: [Situation] = [
        Situation(
            testDescription: "all delivered", attempts: [.every(0.5, 0..<180, .delivered)],
            alerts: []),
        Situation(
            testDescription: "a busy endpoint dies and comes back",
            attempts: [
                .every(0.5, 0..<60, .delivered), .every(0.5, 60..<90, .failed, "f"),
                .every(0.5, 90..<180, .delivered, "d"),
            ],
            alerts: [
                "75 Endpoint failing: Orders (hooks.example.com)",
                "93 Endpoint recovered: Orders (hooks.example.com)",
            ]),
        Situation(
            testDescription: "a burst of ten failures within a second",
            attempts: [
                .every(10, 0..<60, .delivered), .every(0.001, 60..<60.0095, .failed, "f"),
            ],
            minutes: 0..<75,
            alerts: ["61 Endpoint failing: Orders (hooks.example.com)"]),
        Situation(
            testDescription: "a burst of nine failures, followed by deliveries",
            attempts: [
                .every(10, 0..<60, .delivered), .every(0.001, 60..<60.0085, .failed, "f"),
                .every(5, 61..<180, .delivered, "d"),
            ],
            alerts: []),
        Situation(
            testDescription: "few callbacks: three in an hour, none delivered",
            attempts: [.every(10, 60..<90, .failed)], minutes: 0..<600,
            alerts: ["81 Endpoint failing: Orders (hooks.example.com)"]),
        Situation(
            testDescription: "two failed callbacks cause no alert",
            attempts: [.every(10, 60..<80, .failed)], minutes: 0..<600, alerts: []),
        Situation(
            testDescription: "few callbacks, and one delivery that lasts ten minutes",
            attempts: [
                .every(10, 60..<90, .failed), Part(outcome: .delivered, minutes: [120], id: "d"),
            ],
            minutes: 0..<200,
            alerts: [
                "81 Endpoint failing: Orders (hooks.example.com)",
                "130 Endpoint recovered: Orders (hooks.example.com)",
            ]),
        Situation(
            testDescription: "all callbacks are retrying",
            attempts: [
                .every(1, 60..<75, .retrying, "r"),
                Part(outcome: .retrying, minutes: [66, 67, 68], id: "r", number: 2),
            ],
            minutes: 0..<100,
            alerts: ["70 Endpoint failing: Orders (hooks.example.com)"]),
        Situation(
            testDescription: "retries that are delivered a minute later cause no alert",
            attempts: (0..<60).flatMap { minute in
                [
                    Part(outcome: .retrying, minutes: [Double(minute)], id: "r\(minute)-"),
                    Part(
                        outcome: .delivered, minutes: [Double(minute) + 1], id: "r\(minute)-",
                        number: 2),
                ]
            },
            alerts: []),
        Situation(
            testDescription: "an old log of failures is imported",
            attempts: [.every(1, 0..<60, .failed, "old", arrives: 130)], minutes: 0..<200,
            alerts: []),
        Situation(
            testDescription: "an old log of deliveries does not end a failure",
            attempts: [
                .every(10, 60..<90, .failed),
                .every(1, 82..<89, .delivered, "old", arrives: 160),
            ],
            minutes: 0..<300,
            alerts: ["81 Endpoint failing: Orders (hooks.example.com)"]),
        Situation(
            testDescription: "long silence after a failure",
            attempts: [
                .every(10, 60..<90, .failed), .every(1, 700..<706, .delivered, "d"),
            ],
            minutes: 0..<720,
            alerts: [
                "81 Endpoint failing: Orders (hooks.example.com)",
                "705 Endpoint recovered: Orders (hooks.example.com)",
            ]),
        Situation(
            testDescription: "two endpoints of one company fail in the same minute",
            attempts: [
                .every(10, 60..<90, .failed, "a", origin: "https://a.example.com"),
                .every(10, 60..<90, .failed, "b", origin: "https://b.example.com"),
            ],
            minutes: 0..<120,
            alerts: ["81 2 endpoints failing: a.example.com, b.example.com"]),
        Situation(
            testDescription: "two origins of one profile are one endpoint",
            attempts: [
                .every(10, 60..<90, .failed, "a", origin: "https://a.example.com", profile: "P1"),
                .every(
                    10, 60..<90, .delivered, "b", origin: "https://b.example.com", profile: "P1"),
            ],
            minutes: 0..<120, alerts: []),
        Situation(
            testDescription: "a profile fails on both of its origins",
            attempts: [
                .every(10, 60..<90, .failed, "a", origin: "https://a.example.com", profile: "P1"),
                .every(10, 61..<90, .failed, "b", origin: "https://b.example.com", profile: "P1"),
            ],
            minutes: 0..<120,
            alerts: ["75 Endpoint failing: P1 (b.example.com)"]),
    ]

    @Test(arguments: situations)
    func `alerts come in the right minute`(situation: Situation) throws {
        #expect(try alerts(situation, AlertFixture()) == situation.alerts)
    }

    /// The night in which the clocks go back, and the one in which they go forward.
    @Test(arguments: ["2026-10-25", "2026-03-29"], situations.prefix(6))
    func `alerts come in the same minute when the clocks change`(
        day: String, situation: Situation
    ) throws {
        #expect(try alerts(situation, AlertFixture(day: day)) == situation.alerts)
    }

    @Test func `a profile that fails keeps its state when it is evaluated late`() throws {
        let fixture = try AlertFixture()
        try record([.every(0.5, 60..<90, .failed)], fixture, before: 200)
        try fixture.evaluate(91)
        #expect(try fixture.states().values.map(\.condition) == [.failing])
        try fixture.evaluate(1000)
        #expect(try fixture.states().values.map(\.condition) == [.failing])
    }

    private func alerts(_ situation: Situation, _ fixture: AlertFixture) throws -> [String] {
        var alerts: [String] = []
        var pending = Self.records(of: situation.attempts, fixture)
        for minute in situation.minutes {
            let now = Double(minute)
            let arrived = pending.filter { $0.arrives <= now }
            pending.removeAll { $0.arrives <= now }
            if !arrived.isEmpty { try fixture.record(arrived.map(\.attempt)) }
            alerts += try fixture.evaluate(now).map { "\(minute) \($0)" }
        }
        return alerts
    }

    private func record(
        _ parts: [Part], _ fixture: AlertFixture, before end: Double
    ) throws {
        try fixture.record(
            Self.records(of: parts, fixture).filter { $0.arrives < end }.map(\.attempt))
    }

    private static func records(
        of parts: [Part], _ fixture: AlertFixture
    ) -> [(arrives: Double, attempt: Attempt)] {
        parts.flatMap { part in
            part.minutes.enumerated().map { index, minute in
                let attempt = Attempt(
                    company: "HA", callbackID: "\(part.id)\(index)", number: part.number,
                    finishedAt: fixture.minute(minute), outcome: part.outcome,
                    reason: part.outcome == .delivered ? nil : .http5xx, status: nil,
                    profileID: part.profile, origin: part.origin)
                return (arrives: part.arrives ?? minute + 0.0001, attempt: attempt)
            }
        }
    }
}
