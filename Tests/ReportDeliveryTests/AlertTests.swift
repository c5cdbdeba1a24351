import Alerts
import CivilTime
import DeliveryLog
import Rendering
import ReportDelivery
import SQL
import Storage
import TestSupport
import Testing

/// Alerts from the log to the recipients.
@Suite struct AlertTests {
    private let fixture: AlertFixture

    init() throws {
        fixture = try AlertFixture()
    }

    private func fail(_ minutes: Range<Int>, _ id: String = "f") throws {
        for minute in minutes { try fixture.record("\(id)\(minute)", .failed, Double(minute)) }
    }

    private func deliver(_ minutes: Range<Int>) throws {
        for minute in minutes { try fixture.record("d\(minute)", .delivered, Double(minute)) }
    }

    private func subject(_ mail: [UInt8]) -> String {
        String(decoding: mail, as: UTF8.self).split(separator: "\r\n")
            .first { $0.hasPrefix("Subject: ") }.map { String($0.dropFirst(9)) } ?? ""
    }

    @Test func `every recipient gets one email per change`() throws {
        try fail(60..<80)
        for minute in 80..<90 { try fixture.run(Double(minute)) }
        try deliver(90..<100)
        for minute in 100..<110 { try fixture.run(Double(minute)) }
        for address in ["a@example.com", "b@example.com"] {
            #expect(
                fixture.transport.received(by: address).map(subject) == [
                    "Endpoint failing: Orders (hooks.example.com)",
                    "Endpoint recovered: Orders (hooks.example.com)",
                ])
        }
    }

    @Test func `a deferred alert is retried like a report`() throws {
        fixture.transport.answers = ["a@example.com": [.defer, .lose]]
        try fail(60..<80)
        try fixture.run(80)
        #expect(fixture.transport.received(by: "b@example.com").count == 1)
        #expect(fixture.transport.received(by: "a@example.com").isEmpty)
        try fixture.run(82)
        try fixture.run(90)
        let mails = fixture.transport.received(by: "a@example.com")
        // The answer to the first one was lost: both are the same email.
        #expect(mails.count == 2)
        #expect(Set(mails).count == 1)
    }

    @Test func `health counts alerts that wait or failed`() throws {
        fixture.transport.answers = ["a@example.com": [.defer], "b@example.com": [.reject]]
        try fail(60..<80)
        try fixture.run(80)
        let health = try fixture.ledger.health(
            of: fixture.configuration, now: fixture.minute(81))
        #expect(health.waiting == 1 && health.givenUp == 1)
        #expect(health.issues.map(\.frequency) == ["endpoint.failing", "endpoint.failing"])
    }

    @Test func `an alert expires after a day`() throws {
        fixture.transport.answers = [
            "a@example.com": Array(repeating: .defer, count: 100)
        ]
        try fail(60..<80)
        for minute in stride(from: 80.0, through: 80 + 25 * 60, by: 30) { try fixture.run(minute) }
        let states = try fixture.ledger.history().first?.deliveries.map(\.state)
        #expect(states == [.expired, .accepted])
    }

    @Test func `alerts are sent before reports that wait`() throws {
        try fail(60..<80)
        try fixture.run(80)
        let kinds = try fixture.ledger.history().map(\.kind)
        #expect(kinds == [.alert(.failing)])
    }

    @Test func `history has the subject, and the stored text and JSON`() throws {
        try fail(60..<80)
        try fixture.run(80)
        let entry = try #require(try fixture.ledger.history().first)
        #expect(entry.subject == "Endpoint failing: Orders (hooks.example.com)")
        #expect(entry.number == 1)
        #expect(entry.period.start == fixture.minute(60))
        let text = try #require(try fixture.ledger.form(.text, ofReport: entry.id))
        #expect(text.contains("Not delivered  20 of 20 callbacks (0 % delivered)"))
        let json = try #require(try fixture.ledger.form(.json, ofReport: entry.id))
        #expect(json.contains("\"type\": \"endpoint.failing\""))
    }

    @Test func `a recovery says how long it lasted, and what was late and lost`() throws {
        for minute in 60..<80 {
            try fixture.record("f\(minute)", .retrying, Double(minute))
        }
        try fixture.run(80)
        for minute in 60..<75 {
            try fixture.record("f\(minute)", .delivered, Double(minute) + 30, number: 2)
        }
        for minute in 75..<80 {
            try fixture.record("f\(minute)", .failed, Double(minute) + 10, number: 2)
        }
        try fixture.run(110)
        let entry = try #require(try fixture.ledger.history().first)
        #expect(entry.kind == .alert(.recovered))
        let text = try #require(try fixture.ledger.form(.text, ofReport: entry.id))
        #expect(text.contains("Delivered late  15 callbacks"))
        #expect(text.contains("Failed          5 callbacks"))
        #expect(text.contains("(30 min)"))
    }

    @Test func `a replay changes no state`() throws {
        let queue = try CallbackQueue(in: fixture.log)
        _ = queue
        for minute in 60..<80 { try fixture.record("f\(minute)", .failed, Double(minute)) }
        try fixture.run(80)
        let marks = try fixture.database.rows(
            "SELECT count(*) FROM replays"
        ) { $0.integer(0) }
        #expect(marks == [0])
        for minute in 60..<80 {
            try fixture.database.execute(
                "INSERT INTO replays VALUES('HA', ?, 1, ?)",
                [.text("f\(minute)"), .integer(fixture.minute(90).milliseconds)])
            try fixture.record("f\(minute)", .delivered, 90, number: 2)
        }
        for minute in 91..<110 { try fixture.run(Double(minute)) }
        #expect(try fixture.states().values.map(\.condition) == [.failing])
    }

    @Test func `replays that fail raise no alert`() throws {
        for index in 0..<20 {
            try fixture.record("f\(index)", .failed, Double(index) * 0.01)
            try fixture.database.execute(
                "INSERT INTO replays VALUES('HA', ?, 1, ?)",
                [.text("f\(index)"), .integer(fixture.minute(300).milliseconds)])
            try fixture.record("f\(index)", .failed, 300 + Double(index) * 0.01, number: 2)
        }
        for minute in 290..<340 { #expect(try fixture.evaluate(Double(minute)) == []) }
    }

    @Test func `a company without alerts gets none and keeps no states`() throws {
        try fail(60..<80)
        try fixture.run(80)
        let other = try AlertFixture(
            alerts: "enabled: false", path: fixture.folder.path(of: "callbacks.db"))
        try other.run(81)
        #expect(try other.states().isEmpty)
        // The emails that were prepared before are not sent either.
        try other.run(200)
        #expect(try other.ledger.history().count == 1)
    }

    @Test func `alerts of a mail outage arrive once it is over, each once`() throws {
        let outage = 60..<420
        fixture.transport.answers = [
            "a@example.com": Array(repeating: .missing, count: 500),
            "b@example.com": Array(repeating: .missing, count: 500),
        ]
        try fail(60..<80)
        try deliver(200..<220)
        for minute in outage where minute.isMultiple(of: 5) { try fixture.run(Double(minute)) }
        #expect(fixture.transport.mailbox.isEmpty)
        fixture.transport.answers = [:]
        for minute in stride(from: 420.0, to: 550, by: 5) { try fixture.run(minute) }
        for address in ["a@example.com", "b@example.com"] {
            // In any order: the older one has waited for longer between its attempts.
            #expect(
                fixture.transport.received(by: address).map(subject).sorted() == [
                    "Endpoint failing: Orders (hooks.example.com)",
                    "Endpoint recovered: Orders (hooks.example.com)",
                ])
        }
    }

    @Test func `a removed recipient gets no alert that waits`() throws {
        fixture.transport.answers = ["b@example.com": [.defer]]
        try fail(60..<80)
        try fixture.run(80)
        let other = try AlertFixture(
            alerts: "emailAddresses: 'a@example.com'",
            path: fixture.folder.path(of: "callbacks.db"))
        try other.run(90)
        #expect(other.transport.attempts.isEmpty)
        #expect(
            try other.ledger.history().first?.deliveries.map(\.state) == [.accepted, .removed])
    }

    @Test func `a company sets its own thresholds`() throws {
        let strict = try AlertFixture(
            alerts: "emailAddresses: 'a@example.com', minimumCallbacks: 2, deliveredShare: 0.9")
        for minute in 60..<70 { try strict.record("d\(minute)", .delivered, Double(minute)) }
        for minute in 60..<62 { try strict.record("f\(minute)", .failed, Double(minute) + 8) }
        #expect(try strict.evaluate(71).count == 1)
        let usual = try AlertFixture()
        for minute in 60..<70 { try usual.record("d\(minute)", .delivered, Double(minute)) }
        for minute in 60..<62 { try usual.record("f\(minute)", .failed, Double(minute) + 8) }
        #expect(try usual.evaluate(71).isEmpty)
    }

    @Test func `a preview changes nothing`() throws {
        try fail(60..<80)
        let composer = fixture.composer.mails
        for _ in 0..<2 {
            let notices = try fixture.evaluation.preview(at: fixture.minute(80), by: composer)
            #expect(notices.map(\.kind) == [.failing])
        }
        #expect(try fixture.states().isEmpty)
        #expect(try fixture.evaluate(80).count == 1)
    }

    /// A network failure: the attempts are read once, not once for each endpoint.
    @Test func `a thousand endpoints that fail together are in one alert`() throws {
        try fixture.record(
            (0..<10_000).map { index in
                Attempt(
                    company: "HA", callbackID: "c\(index)",
                    finishedAt: fixture.minute(60).advanced(milliseconds: Int64(index)),
                    outcome: .retrying, reason: .connect,
                    origin: "https://\(index % 1000).example.com")
            })
        let alerts = try fixture.evaluate(61)
        #expect(alerts.count == 1)
        #expect(alerts.first?.hasPrefix("1,000 endpoints failing: ") ?? false)
        #expect(try fixture.states().count == 1000)
        let entry = try #require(try fixture.ledger.history().first)
        let json = try #require(try fixture.ledger.form(.json, ofReport: entry.id))
        // Twenty are described, the others only named.
        #expect(json.split(separator: "\"retrying\": null").count == 981)
    }

    @Test func `of several evaluations at once, one raises the alert`() async throws {
        try fail(60..<80)
        let path = fixture.folder.path(of: "callbacks.db")
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try AlertFixture(path: path).evaluate(80).count }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 1)
        #expect(try fixture.ledger.history().count == 1)
    }

    @Test func `a clock that jumps by an hour raises nothing`() throws {
        for minute in 0..<120 {
            try fixture.record("d\(minute)", .delivered, Double(minute))
            #expect(try fixture.evaluate(Double(minute) + 0.5) == [])
        }
        for index in 0..<3 { try fixture.record("f\(index)", .failed, 120.1) }
        #expect(try fixture.evaluate(120.2) == [])
        #expect(try fixture.evaluate(180.3) == [])
        for minute in 181..<300 {
            try fixture.record("d\(minute)", .delivered, Double(minute))
            #expect(try fixture.evaluate(Double(minute) + 0.5) == [])
        }
    }

    @Test func `a clock that goes back by an hour raises nothing twice`() throws {
        try fail(60..<80)
        #expect(try fixture.evaluate(80).count == 1)
        for minute in 20..<80 {
            try fixture.record("again\(minute)", .delivered, Double(minute))
            #expect(try fixture.evaluate(Double(minute) + 0.5) == [])
        }
        try deliver(81..<95)
        #expect(
            try (81..<96).flatMap { try fixture.evaluate(Double($0)) } == [
                "Endpoint recovered: Orders (hooks.example.com)"
            ])
    }

    @Test func `endpoints that fail within the hold are in one alert`() throws {
        for index in 0..<10 {
            try fixture.record("a\(index)", .failed, 60, origin: "https://a.example.com")
        }
        #expect(try fixture.evaluate(60.25, hold: 30_000) == [])
        for index in 0..<10 {
            try fixture.record("b\(index)", .failed, 60.3, origin: "https://b.example.com")
        }
        #expect(try fixture.evaluate(60.5, hold: 30_000) == [])
        #expect(
            try fixture.evaluate(60.75, hold: 30_000) == [
                "2 endpoints failing: a.example.com, b.example.com"
            ])
    }
}
