import JSON
import TestSupport
import Testing

/// `send` with one trigger per line, more than fit in memory.
@Suite struct SendLinesTests {
    private func line(_ profile: String, _ id: String, text: String = "hello") -> String {
        #"{"callback_profile":"\#(profile)","callback_id":"\#(id)","variables":{"text":"\#(text)"}}"#
    }

    private func send(_ fixture: SendingFixture, _ lines: [String]) throws -> ProgramRun {
        try fixture.run("send", "--company", "HA", input: lines.joined(separator: "\n"))
    }

    @Test func manyLinesAreAcceptedInOrder() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profiles = try (1...3).map { _ in try fixture.profile(receiver.origin) }
        let ids = (1...600).map { "c-\($0)" }
        let text = String(repeating: "x", count: 2_000)
        let lines = ids.enumerated().map { line(profiles[$0 % 3], $1, text: text) }
        #expect(try send(fixture, lines) == prints(ids.joined(separator: "\n") + "\n"))
        #expect(try fixture.dispatch() == prints("600 delivered\n"))
        #expect(receiver.requests.allSatisfy { $0.body == #"{"text":"\#(text)"}"# })
        #expect(try send(fixture, lines).status == 0)
        #expect(try fixture.dispatch() == prints(""))
    }

    @Test func acceptsBlankLinesAndAMissingFinalLineFeed() throws {
        let fixture = try SendingFixture()
        let profile = try fixture.profile("https://example.com/")
        let lines = [line(profile, "a"), "", "  ", line(profile, "b") + "\r", line(profile, "c")]
        #expect(try send(fixture, lines) == prints("a\nb\nc\n"))
        // Windows PowerShell writes a byte order mark first.
        let marked = ["\u{FEFF}" + line(profile, "d"), line(profile, "e")]
        #expect(try send(fixture, marked) == prints("d\ne\n"))
    }

    @Test func oneInvalidLineRejectsAll() throws {
        let fixture = try SendingFixture()
        let profile = try fixture.profile("https://example.com/")
        let lines = [line(profile, "a"), line("IN_none", "b"), line(profile, "c"), "{]"]
        let sent = try send(fixture, lines)
        #expect(sent.status == 65)
        let errors = try JSONValue(parsing: sent.output).object?["error"]?.array ?? []
        let words = errors.compactMap { $0.object?["body"]?.string }
        #expect(words.first?.hasPrefix("body/1/callback_profile must be the ID") == true)
        #expect(words.last?.hasPrefix("body/3 must be JSON: ") == true)
        #expect(words.count == 2)
        let again = try send(fixture, [line(profile, "a"), line(profile, "c")])
        #expect(again == prints("a\nc\n"))
    }

    /// A repeated ID is the first one's callback; with different contents it is a conflict.
    @Test func aRepeatedIDIsAcceptedOnce() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        let lines = [line(profile, "a", text: "1"), line(profile, "a", text: "2")]
        let refused = try send(fixture, lines)
        #expect(refused.status == 65)
        #expect(refused.output.contains("body/1/callback_id must NOT belong to an earlier"))
        #expect(try send(fixture, [lines[0], lines[0]]) == prints("a\na\n"))
        #expect(try fixture.dispatch() == prints("1 delivered\n"))
        #expect(receiver.requests.map(\.body) == [#"{"text":"1"}"#])
    }

    @Test func aMultilineRequestIsOneRequest() throws {
        let fixture = try SendingFixture()
        let profile = try fixture.profile("https://example.com/")
        for text in [
            "[\(line(profile, "a")),\n\(line(profile, "b"))]", "[\n\(line(profile, "c"))\n]",
        ] {
            #expect(try send(fixture, [text]).status == 0)
        }
        let request = "{\n\"callback_profile\":\n\"\(profile)\", \"callback_id\": \"d\"\n}\n"
        #expect(try send(fixture, [request]) == prints("d\n"))
    }
}
