import FoundationEssentials
import JSON
import SQL
import TestSupport
import Testing

/// From the gateway to the mailed report: both programs, one database, the same counts.
@Suite struct EndToEndTests {
    /// One endpoint accepts everything, one is fixed later, and one responds with 410.
    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { request in
            switch request.target {
            case "/good": .ok
            case "/flaky": request.headers["x-attempt"] == nil ? .answer(503) : .ok
            default: .answer(410)
            }
        }
    }

    @Test func theMailedReportMatchesTheQueue() throws {
        let receiver = try receiver()
        let fixture = try SendingFixture()
        let noon = Date(timeIntervalSinceNow: 0)
        #expect(try fixture.reports("run").status == 0)
        let good = try fixture.profile(receiver.origin + "/good")
        let flaky = try fixture.profile(receiver.origin + "/flaky")
        let gone = try fixture.profile(receiver.origin + "/gone")
        for number in 1...5 { try fixture.send(good, id: "good-\(number)") }
        for number in 1...3 { try fixture.send(flaky, id: "flaky-\(number)") }
        for number in 1...4 { try fixture.send(gone, id: "gone-\(number)") }
        #expect(try fixture.dispatch().status == 69)
        _ = try fixture.run(
            "profile", "update", "--company", "HA", flaky,
            input: #"{"headers": {"X-Attempt": "2"}}"#)
        let later = noon.addingTimeInterval(1800).formatted(.iso8601)
        #expect(try fixture.dispatch("--now", later).output == "3 delivered\n")
        let states = try queue(fixture)
        #expect(states == ["delivered": 8, "failed": 4])
        let tomorrow = noon.addingTimeInterval(86_400 * 1.1).formatted(.iso8601)
        #expect(try fixture.reports("run", "--now", tomorrow).status == 0)
        #expect(try mailed("Delivered", fixture) == 8)
        #expect(try mailed("Failed", fixture) == 4)
        #expect(try mailed("Still retrying", fixture) == 0)
        let mails = try fixture.directory.names(in: "mail/new").map {
            try fixture.directory.text(of: "mail/new/" + $0)
        }
        // All three profiles have this title.
        #expect(mails.contains { $0.contains("* Orders (\(gone)) has been disabled") })
        let totals = try report(fixture, from: noon)
        #expect(totals["delivered"]?.integer == 8)
        #expect(totals["failed"]?.integer == 4)
        #expect(totals["retrying"]?.integer == 0)
        // Ignore the status: tomorrow's run is in the future of the clock.
        #expect(try fixture.reports("verify").output.hasSuffix("all counts are correct\n"))
    }

    /// The number next to a word in the totals of all emails. A period may have ended meanwhile.
    private func mailed(_ word: String, _ fixture: SendingFixture) throws -> Int {
        let mails = try fixture.directory.names(in: "mail/new").map {
            try fixture.directory.text(of: "mail/new/" + $0)
        }
        let lines = mails.flatMap { $0.split(whereSeparator: \.isNewline) }
        let numbers = lines.filter { $0.hasPrefix(word + " ") }.compactMap { line in
            line.dropFirst(word.count).split(separator: " ").first.flatMap { Int($0) }
        }
        try #require(!numbers.isEmpty)
        return numbers.reduce(0, +)
    }

    private func queue(_ fixture: SendingFixture) throws -> [String: Int] {
        let database = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let sql = "SELECT state, count(*) FROM callbacks GROUP BY state"
        let names = ["waiting", "in flight", "delivered", "failed"]
        let rows = try database.rows(sql) { (names[$0.int(0)], $0.int(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func report(_ fixture: SendingFixture, from start: Date) throws -> JSONObject {
        let ends = [start.addingTimeInterval(-3600), start.addingTimeInterval(3600)]
        let texts = ends.map { $0.formatted(.iso8601) }
        let run = try fixture.reports(
            "report", "--company", "HA", "--from", texts[0], "--to", texts[1],
            "--now", texts[1], "--format", "json")
        return try #require(try JSONValue(parsing: run.output).object?["totals"]?.object)
    }
}
