import JSON
import TestSupport
import Testing

/// `deliveries`: the log with filters and paging.
@Suite struct DeliveriesTests {
    /// c-1 is delivered, c-2 failed, c-3 is retrying; with two profiles.
    private func fixture(_ receiver: ScriptedHTTPReceiver) throws -> (SendingFixture, [String]) {
        let fixture = try SendingFixture()
        let profiles = [
            try fixture.profile(receiver.origin + "/a"),
            try fixture.profile(receiver.origin + "/b"),
        ]
        for (id, profile) in [("c-1", 0), ("c-3", 1), ("c-2", 1)] {
            try fixture.send(profiles[profile], id: id)
            _ = try fixture.dispatch()
        }
        return (fixture, profiles)
    }

    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { request in
            switch request.callbackID {
            case "c-1": .answer(200, body: "thanks")
            case "c-2": .answer(410)
            default: .answer(503, body: "later")
            }
        }
    }

    @Test func listsNewestFirst() throws {
        let receiver = try receiver()
        let (fixture, _) = try fixture(receiver)
        let listed = try fixture.run("deliveries", "--company", "HA")
        let rows = listed.output.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        #expect(
            rows.map { $0[1...5].joined(separator: " ") } == [
                "CALLBACK ATTEMPT OUTCOME REASON STATUS", "c-2 1 failed http_4xx 410",
                "c-3 1 retrying http_5xx 503", "c-1 1 delivered - 200",
            ])
        #expect(rows.dropFirst().allSatisfy { $0.last == receiver.origin })
    }

    @Test func marksFailedAndRetryingAttemptsOnATerminal() throws {
        let (fixture, _) = try fixture(receiver())
        let text = try TerminalRun.of(
            "callback-gateway", ["deliveries", "--company", "HA"], in: fixture.directory)
        let colors = text.split(separator: "\n").map { $0.hasPrefix("\u{1B}") ? $0.prefix(5) : "" }
        #expect(colors == ["", "\u{1B}[31m", "\u{1B}[33m", ""], "\(text)")
        let json = try TerminalRun.of(
            "callback-gateway", ["deliveries", "--company", "HA", "--format", "json"],
            in: fixture.directory)
        #expect(!json.contains("\u{1B}"))
    }

    @Test func filtersAndPages() throws {
        let (fixture, profiles) = try fixture(receiver())
        func ids(_ arguments: String...) throws -> [String?] {
            let listed = try ProgramRun.of(
                "callback-gateway",
                ["deliveries", "--company", "HA", "--format", "json"] + arguments,
                in: fixture.directory)
            let data = try JSONValue(parsing: listed.output).object?["data"]?.object
            return data?["deliveries"]?.array?.map { $0.object?["callback_id"]?.string } ?? []
        }
        #expect(try ids("--callback-id", "c-1") == ["c-1"])
        #expect(try ids("--callback-profile", profiles[1]) == ["c-2", "c-3"])
        #expect(try ids("--outcome", "failed") == ["c-2"])
        #expect(try ids("--reason", "http_5xx") == ["c-3"])
        #expect(try ids("--channel", "default") == ["c-2", "c-3", "c-1"])
        #expect(try ids("--channel", "sms") == [])
        #expect(try ids("--limit", "1", "--offset", "1") == ["c-3"])
        #expect(try ids("--to", "2020-01-01") == [])
        #expect(try ids("--from", "2020-01-01").count == 3)
    }

    @Test func showsAllDetailsOfAnAttempt() throws {
        let (fixture, profiles) = try fixture(receiver())
        let delivery = try #require(try fixture.deliveries("--callback-id", "c-1").first)
        #expect(delivery["profile_id"]?.string == profiles[0])
        #expect(delivery["version"]?.integer == 1)
        #expect(delivery["address"] == "127.0.0.1")
        #expect(delivery["answer"] == "thanks")
        #expect(delivery["method"] == "POST")
        #expect(delivery["fault"] == .null)
        let phases = try #require(delivery["phases"]?.object)
        #expect(phases.names == ["name_lookup", "connect", "tls", "first_byte", "total"])
        #expect(phases["total"] != .integer(0))
    }

    @Test func reportsAllErrorsTogether() throws {
        let fixture = try SendingFixture()
        try fixture.run("key", "create", "--company", "HA")
        let run = try fixture.run(
            "deliveries", "--company", "HA", "--limit", "0", "--outcome", "lost", "--from",
            "soon", "--reason", "x")
        #expect(run.status == 65)
        let errors = try JSONValue(parsing: run.output).object?["error"]?.array ?? []
        #expect(
            errors.compactMap { $0.object?["params"]?.string } == [
                "params/limit must be a whole number from 1 to 1000",
                "params/outcome must be equal to one of the allowed values: "
                    + "retrying, failed, delivered",
                "params/reason must be equal to one of the allowed values: http_3xx, http_4xx, "
                    + "http_5xx, timeout, dns, connect, tls, blocked, disabled, other",
                "params/from must be an RFC 3339 time, or a day such as 2026-11-20",
            ])
    }

    @Test func otherCompaniesSeeNothing() throws {
        let (fixture, _) = try fixture(receiver())
        #expect(try fixture.run("deliveries", "--company", "HB") == prints("no deliveries\n"))
    }
}
