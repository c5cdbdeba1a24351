import CivilTime
import DeliveryLog
import FoundationEssentials
import JSON
import Mail
import ReportDelivery
import Storage
import TestSupport
import Testing

/// Alerts and reports to webhooks and Slack.
@Suite struct ChannelTests {
    private static let key = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"
    private let keys: TemporaryDirectory

    init() throws {
        keys = try TemporaryDirectory()
        try keys.write(Self.key + "\n", to: "key")
    }

    private func webhook(_ receiver: ScriptedHTTPReceiver, key: String = "key") -> String {
        "webhook: {url: '\(receiver.origin)/hook/canary', secretFile: '\(keys.path(of: key))'}"
    }

    private func slack(_ receiver: ScriptedHTTPReceiver) -> String {
        "slack: '\(receiver.origin)/services/canary-of-slack'"
    }

    private func alerts(_ members: String...) throws -> AlertFixture {
        try AlertFixture(alerts: members.joined(separator: ", "))
    }

    private func fail(_ fixture: AlertFixture, at start: Int = 60) throws {
        for minute in start..<start + 20 {
            try fixture.record("f\(minute)", .failed, Double(minute))
        }
    }

    private func deliver(_ fixture: AlertFixture, at start: Int) throws {
        for minute in start..<start + 10 {
            try fixture.record("d\(minute)", .delivered, Double(minute))
        }
    }

    private func states(_ fixture: AlertFixture) throws -> [String] {
        try fixture.ledger.history().reversed().flatMap(\.deliveries)
            .map { "\($0.target) \($0.state)" }
    }

    // MARK: Alerts

    @Test func `every channel gets each change once`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let channel = try ScriptedHTTPReceiver()
        let fixture = try alerts(
            "emailAddresses: 'a@example.com'", webhook(receiver), slack(channel))
        try fail(fixture)
        for minute in 80..<90 { try fixture.run(Double(minute)) }
        try deliver(fixture, at: 90)
        for minute in 100..<110 { try fixture.run(Double(minute)) }
        #expect(fixture.transport.mailbox.count == 2)
        #expect(
            channel.requests.map(\.target)
                == Array(repeating: "/services/canary-of-slack", count: 2))
        let types = try receiver.requests.map {
            try JSONValue(parsing: $0.body).object?["type"]?.string
        }
        #expect(types == ["endpoint.failing", "endpoint.recovered"])
        for request in receiver.requests {
            let expected = try PythonCheck.run(
                "webhook_signature",
                [
                    Self.key, request.headers["webhook-id"] ?? "",
                    request.headers["webhook-timestamp"] ?? "",
                ], input: request.body)
            #expect(request.headers["webhook-signature"] == expected)
        }
        #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 2)
        #expect(
            try states(fixture) == [
                "a@example.com accepted", "webhook \(receiver.origin) accepted", "slack accepted",
                "a@example.com accepted", "webhook \(receiver.origin) accepted", "slack accepted",
            ])
    }

    @Test func `email addresses are not needed`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try alerts(webhook(receiver))
        try fail(fixture)
        let lines = try fixture.run(80).map { "\($0)" }
        #expect(fixture.transport.attempts.isEmpty)
        #expect(
            lines == [
                "HA endpoint.failing: Endpoint failing: Orders (hooks.example.com), for 1 recipient",
                "HA endpoint.failing 2026-11-25T01:20:00+01:00: sent to webhook \(receiver.origin) (HTTP: 200)",
            ])
        // 'show' has the text and the HTML all the same.
        let entry = try #require(try fixture.ledger.history().first)
        #expect(try fixture.ledger.form(.text, ofReport: entry.id)?.contains("Orders") == true)
        #expect(try fixture.ledger.form(.html, ofReport: entry.id)?.contains("Orders") == true)
        #expect(try fixture.ledger.mails(ofReport: entry.id).isEmpty)
    }

    @Test func `a retry has the same ID and bytes, and a new signature`() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(500, body: "down"), .close])
        let fixture = try alerts(webhook(receiver))
        try fail(fixture)
        try fixture.run(80)
        #expect(try states(fixture) == ["webhook \(receiver.origin) deferred"])
        try fixture.run(80.5)
        try fixture.run(81)
        #expect(try states(fixture) == ["webhook \(receiver.origin) uncertain"])
        try fixture.run(83)
        let requests = receiver.requests
        #expect(requests.count == 3)
        #expect(Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.map { $0.headers["webhook-id"] }).count == 1)
        #expect(Set(requests.map { $0.headers["webhook-timestamp"] }).count == 3)
        #expect(Set(requests.map { $0.headers["webhook-signature"] }).count == 3)
        #expect(try states(fixture) == ["webhook \(receiver.origin) accepted"])
    }

    @Test func `Retry-After is observed, up to an hour`() throws {
        let receiver = try ScriptedHTTPReceiver([
            .answer(429, head: ["Retry-After: 600"]),
            .answer(503, head: ["Retry-After: 999999"]),
        ])
        let fixture = try alerts(slack(receiver))
        try fail(fixture)
        var tries: [Double] = []
        for minute in stride(from: 80.0, through: 160, by: 1) {
            let before = receiver.requests.count
            try fixture.run(minute)
            if receiver.requests.count > before { tries.append(minute) }
        }
        #expect(tries == [80, 90, 150])
    }

    @Test func `a refused message is not sent again, and the operator learns of it`() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(410, body: "channel_is_archived")])
        let fixture = try alerts(slack(receiver))
        try fail(fixture)
        for minute in 80..<200 { try fixture.run(Double(minute)) }
        #expect(receiver.requests.count == 1)
        #expect(try states(fixture) == ["slack rejected"])
        let failed = try fixture.ledger.health(of: fixture.configuration, now: fixture.minute(200))
        #expect(failed.givenUp == 1)
    }

    @Test func `a message that is not accepted for a day expires`() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(500) }
        let fixture = try alerts(slack(receiver))
        try fail(fixture)
        for minute in stride(from: 80.0, through: 80 + 25 * 60, by: 60) { try fixture.run(minute) }
        #expect(try states(fixture) == ["slack expired"])
    }

    @Test func `a mail server that is down delays no webhook, and the other way round`() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(500)])
        let fixture = try alerts("emailAddresses: 'a@example.com'", webhook(receiver))
        fixture.transport.answers = ["a@example.com": [.missing]]
        try fail(fixture)
        try fixture.run(80)
        #expect(
            try states(fixture) == [
                "a@example.com deferred", "webhook \(receiver.origin) deferred",
            ])
        fixture.transport.answers = ["a@example.com": [.misconfigure]]
        try fixture.run(81)
        #expect(
            try states(fixture) == [
                "a@example.com deferred", "webhook \(receiver.origin) accepted",
            ])
    }

    @Test func `a missing key delays only its webhook until it is there`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try alerts(
            "emailAddresses: 'a@example.com'", webhook(receiver, key: "later"))
        try fail(fixture)
        let events = try fixture.run(80)
        #expect(receiver.requests.isEmpty)
        let path = keys.path(of: "later")
        #expect(
            events.contains {
                "\($0)".contains("secret file '\(path)' cannot be read: No such file or directory")
            })
        #expect(
            try states(fixture) == [
                "a@example.com accepted", "webhook \(receiver.origin) deferred",
            ])
        try keys.write("not a key", to: "later")
        let lines = try fixture.run(81).map { "\($0)" }
        #expect(lines.contains { $0.contains("must contain 'whsec_' and 24 to 64 bytes") })
        #expect(!lines.joined().contains("not a key"))
        try keys.write(Self.key, to: "later")
        try fixture.run(83)
        #expect(
            try states(fixture) == [
                "a@example.com accepted", "webhook \(receiver.origin) accepted",
            ])
    }

    @Test func `messages to a removed channel are dropped`() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(500) }
        let fixture = try alerts(webhook(receiver), slack(receiver))
        try fail(fixture)
        try fixture.run(80)
        let other = try AlertFixture(
            alerts: "emailAddresses: 'a@example.com', slack: 'http://127.0.0.1:1/other'",
            path: fixture.folder.path(of: "callbacks.db"))
        let lines = try other.run(80.5).map { "\($0)" }
        #expect(
            try states(other) == ["webhook \(receiver.origin) removed", "slack deferred"])
        #expect(
            lines == [
                "HA endpoint.failing 2026-11-25T01:20:00+01:00: not sent to webhook "
                    + "\(receiver.origin), which was removed from the configuration"
            ])
    }

    @Test func `neither the ledger nor the events contain a secret URL`() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            .answer(500, body: "cannot \(request.method) \(request.target)")
        }
        let fixture = try alerts(webhook(receiver), slack(receiver))
        try fail(fixture)
        let lines = try fixture.run(80).map { "\($0)" }.joined(separator: "\n")
        #expect(lines.contains("cannot POST [secret]"))
        #expect(!lines.contains("canary"))
        for file in try fixture.folder.names(in: ".") {
            let bytes = Array(
                FileManager.default.contents(atPath: fixture.folder.path(of: file)) ?? Data())
            if file.hasSuffix("wal") { #expect(bytes.contains(Array("[secret]".utf8))) }
            #expect(!bytes.contains(Array("canary".utf8)), "\(file)")
        }
    }

    // MARK: Order

    @Test func `a recovery never arrives before its failure`() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(500)])
        let fixture = try alerts(
            "emailAddresses: 'a@example.com, b@example.com'", webhook(receiver))
        fixture.transport.answers = ["a@example.com": [.defer, .defer, .defer, .defer]]
        try fail(fixture)
        try fixture.run(80)
        try deliver(fixture, at: 90)
        for minute in 100..<180 { try fixture.run(Double(minute)) }
        for address in ["a@example.com", "b@example.com"] {
            #expect(
                fixture.transport.received(by: address).map(Self.subject) == [
                    "Endpoint failing: Orders (hooks.example.com)",
                    "Endpoint recovered: Orders (hooks.example.com)",
                ])
        }
        let types = try receiver.requests.map {
            try JSONValue(parsing: $0.body).object?["type"]?.string
        }
        #expect(types == ["endpoint.failing", "endpoint.failing", "endpoint.recovered"])
    }

    @Test func `a new alert makes an earlier one due that it waits for`() throws {
        let fixture = try alerts("emailAddresses: 'a@example.com'")
        fixture.transport.answers = ["a@example.com": Array(repeating: .defer, count: 6)]
        try fail(fixture)
        for minute in 80..<112 { try fixture.run(Double(minute)) }
        // The next attempt would be at 143.
        #expect(fixture.transport.mailbox.isEmpty)
        try deliver(fixture, at: 112)
        fixture.transport.answers = [:]
        try fixture.run(122)
        #expect(fixture.transport.received(by: "a@example.com").count == 2)
    }

    @Test func `alerts about other endpoints do not wait`() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.body.contains("hooks.example.com") ? .answer(500) : .ok
        }
        let fixture = try alerts(webhook(receiver))
        try fail(fixture)
        try fixture.run(80)
        for minute in 90..<110 {
            try fixture.record(
                "o\(minute)", .failed, Double(minute), origin: "https://other.example.com")
        }
        try fixture.run(110)
        #expect(
            try states(fixture) == [
                "webhook \(receiver.origin) deferred", "webhook \(receiver.origin) accepted",
            ])
    }

    @Test func `an alert is sent after the one before it has expired`() throws {
        let fixture = try alerts("emailAddresses: 'a@example.com'")
        fixture.transport.answers = ["a@example.com": Array(repeating: .defer, count: 100)]
        try fail(fixture)
        let late = 80 + 23 * 60
        func runs(_ minutes: StrideTo<Int>) throws {
            for minute in minutes { try fixture.run(Double(minute)) }
        }
        try runs(stride(from: 80, to: late, by: 30))
        try deliver(fixture, at: late)
        try fixture.run(Double(late + 15))
        #expect(try states(fixture) == ["a@example.com deferred", "a@example.com pending"])
        try runs(stride(from: late + 30, to: late + 120, by: 30))
        fixture.transport.answers = [:]
        try runs(stride(from: late + 120, to: late + 240, by: 30))
        #expect(try states(fixture) == ["a@example.com expired", "a@example.com accepted"])
    }

    private static func subject(_ mail: [UInt8]) -> String {
        String(decoding: mail, as: UTF8.self).split(separator: "\r\n")
            .first { $0.hasPrefix("Subject: ") }.map { String($0.dropFirst(9)) } ?? ""
    }

    // MARK: Reports

    @Test(arguments: Frequency.allCases)
    func `a report is an event whose data is its JSON`(frequency: Frequency) throws {
        let receiver = try ScriptedHTTPReceiver()
        let channel = try ScriptedHTTPReceiver()
        let fixture = try RunFixture(
            "\(frequency.rawValue): {\(webhook(receiver)), \(slack(channel))}")
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-26T12:00")
        let request = try #require(receiver.requests.last)
        let event = try #require(try JSONValue(parsing: request.body).object)
        #expect(event["type"]?.string == "report.\(frequency.rawValue)")
        let entry = try #require(try fixture.ledger.history().first)
        let json = try #require(try fixture.ledger.form(.json, ofReport: entry.id))
        let data = try JSONValue(parsing: json)
        #expect(event["data"] == data)
        #expect(event["timestamp"]?.string?.hasPrefix("2026-03-26T12:00:00") == true)
        #expect(channel.requests.count == receiver.requests.count)
        #expect(fixture.transport.attempts.isEmpty)
    }

    @Test func `resending sends the same message with the same ID`() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try RunFixture("daily: {\(webhook(receiver))}")
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-01T17:00")
        let id = try fixture.ledger.history()[0].id
        let run = try fixture.makeRun(fixture.at("2026-03-01T18:00"))
        #expect(try run.resend(report: id, failedOnly: true) == 0)
        #expect(try run.resend(report: id, failedOnly: false) == 1)
        #expect(receiver.requests.count == 2)
        #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 1)
        #expect(Set(receiver.requests.map(\.body)).count == 1)
    }
}
