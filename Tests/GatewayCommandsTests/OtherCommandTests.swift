import FoundationEssentials
import TestSupport
import Testing

@Suite struct OtherCommandTests {
    private let fixture: GatewayFixture

    init() throws {
        fixture = try GatewayFixture()
    }

    @Test func showsAKeyOnce() throws {
        let made = try fixture.company("key create")
        let key = made.output.dropLast()
        #expect(made.status == 0 && key.wholeMatch(of: #/A[0-9a-f]{40}/#) != nil)
        let id = try #require(
            made.errors.wholeMatch(
                of: #/created key ([0-9a-f]{8}) of HXXXXXXX071IN; it cannot be shown again\n/#)?.1)
        let list = try fixture.run("key", "list")
        #expect(
            list.output.split(separator: "\n").map { $0.split(separator: " ") }
                == [["ID", "COMPANY", "CREATED"], [id, "HXXXXXXX071IN", "TIME"]])
        for name in try fixture.directory.names() {
            let bytes = try Data(contentsOf: URL(filePath: fixture.directory.path(of: name)))
            #expect(!String(decoding: bytes, as: UTF8.self).contains(key), "\(name)")
        }
        #expect(try fixture.run("key", "revoke", String(id)).output == "revoked key \(id)\n")
        #expect(try fixture.run("key", "list").output == "no keys\n")
        let again = try fixture.run("key", "revoke", String(id))
        #expect(again.status == 64 && again.errors.contains("is not the ID of a key"))
    }

    @Test func bindsNumbers() throws {
        let id = try fixture.make(GatewayFixture.request.replacing("sms", with: "whatsapp"))
        #expect(try fixture.company("whatsapp bind", "+917976543219", id).status == 0)
        #expect(
            try fixture.company("whatsapp list").output.contains(
                "\"wanumber\": \"+917976543219\""))
        let rest = try fixture.company("whatsapp list", "--offset", "1")
        #expect(rest.status == 0 && !rest.output.contains("917976543219"))
        #expect(try fixture.company("whatsapp unbind", "917976543219").status == 0)
        #expect(try fixture.company("whatsapp unbind", "917976543219").status == 65)
        #expect(try fixture.company("whatsapp bind", "x", id).status == 65)
    }

    @Test func listsTheVariablesOfAChannel() throws {
        let voice = try fixture.run("variables", "voice")
        #expect(voice.status == 0)
        let names = voice.output.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: " ").first
        }
        #expect(
            names == [
                "caller", "callee", "call_id", "event", "started_at", "answered_at", "ended_at",
                "duration", "status", "recording_url",
            ])
        #expect(try fixture.run("variables").output.contains("incoming WhatsApp messages:\n  body"))
        let wrong = try fixture.run("variables", "voise")
        #expect(wrong.status == 64 && wrong.errors.contains("did you mean 'voice'?"))
    }

    /// The fourteen variables of the specification, in order.
    @Test func listsTheVariablesOfIncomingMessages() throws {
        let lines = try fixture.run("variables", "whatsapp").output.split(separator: "\n")
        #expect(
            lines.dropFirst().prefix(14).compactMap { $0.split(separator: " ").first } == [
                "body", "mime_type", "media_url", "from", "name", "type", "created_at", "reply_to",
                "wanumber", "mobile", "custom_response", "message", "contacts", "location",
            ])
    }

    @Test(arguments: [
        (["profile"], "'profile' needs a subcommand: create, list, show, update, delete, "),
        (["profile", "lst"], "unknown command 'profile lst'; did you mean 'profile list'?"),
        (["profle", "list"], "unknown command 'profle'; did you mean 'profile'?"),
        (["help", "key"], "'key' needs a subcommand: create, list or revoke"),
    ])
    func suggestsCommandsOfTwoWords(arguments: [String], words: String) throws {
        let run = try ProgramRun.of("callback-gateway", arguments, in: fixture.directory)
        #expect(run.status == 64 && run.errors.hasPrefix("callback-gateway: \(words)"))
    }

    @Test func printsItsVersion() throws {
        let run = try fixture.run("--version")
        #expect(run.output == "callback-gateway 1.0.0 (tz database TZ)\n" && run.status == 0)
    }

    @Test func requiresAConfiguration() throws {
        let run = try ProgramRun.of(
            "callback-gateway", ["key", "list"], in: TemporaryDirectory())
        #expect(run.status == 78 && run.output.isEmpty)
    }
}
