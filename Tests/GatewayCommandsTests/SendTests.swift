import JSON
import TestSupport
import Testing

/// `send` and the input that it accepts.
@Suite struct SendTests {
    @Test func printsIDsAndIgnoresRepetitions() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        let triggers = """
            {"callback_profile": "\(profile)", "callback_id": "c-1", "variables": {"text": "1"}}
            {"callback_profile": "\(profile)", "callback_id": "c-2"}

            """
        for _ in 1...2 {
            let sent = try fixture.run("send", "--company", "HA", input: triggers)
            #expect(sent == prints("c-1\nc-2\n"))
        }
        #expect(try fixture.dispatch() == prints("2 delivered\n"))
        #expect(try fixture.run("send", "--company", "HA", input: triggers).output == "c-1\nc-2\n")
        #expect(try fixture.dispatch() == prints(""))
        let got = receiver.requests.sorted { $0.callbackID ?? "" < $1.callbackID ?? "" }
        #expect(got.map(\.callbackID) == ["c-1", "c-2"])
        // A known name without a value is empty; an unknown name stays as written.
        #expect(got.map(\.body) == [#"{"text":"1"}"#, #"{"text":"<text>"}"#])
    }

    @Test func generatesMissingIDs() throws {
        let fixture = try SendingFixture()
        let profile = try fixture.profile("https://example.com/")
        let ids = try (1...2).map { _ in
            try fixture.run("send", "--company", "HA", "--profile", profile).output
        }
        #expect(ids[0] != ids[1])
        #expect(ids[0].wholeMatch(of: #/[0-9a-f-]{36}\n/#) != nil)
    }

    @Test func eachURLAndProfileOfACallIsASeparateCallback() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin + "/profile")
        let trigger = """
            {"event": "CALL_END", "callback_id": "call", "variables": {"caller": "+49 & 1"},
             "callback": {"call_end": {"callback_profile": ["\(profile)"],
                                       "url": ["\(receiver.origin)/url?c={{caller}}"]},
                          "call_start": {"url": ["\(receiver.origin)/other"]}}}
            """
        let ids = prints("call~1\ncall~2\n")
        #expect(try fixture.run("send", "--company", "HA", input: trigger) == ids)
        #expect(try fixture.run("send", "--company", "HA", input: trigger) == ids)
        #expect(try fixture.dispatch() == prints("2 delivered\n"))
        let got = receiver.requests.map { "\($0.method) \($0.target) \($0.callbackID ?? "")" }
        #expect(
            got.sorted() == ["GET /url?c=%2B49%20%26%201 call~2", "POST /profile call~1"])
    }

    /// All errors in all triggers are reported together, and nothing is accepted.
    @Test func reportsErrorsWithTheirPaths() throws {
        let fixture = try SendingFixture()
        let sms = try fixture.profile("https://example.com/", more: #""channel": "sms","#)
        let triggers = """
            [{"callback_profile": "\(sms)", "callback_id": "good"},
             {"callback_profile": "\(sms)", "channel": "voice", "event": "SMS-sent"},
             {"callback_profile": "IN_none"},
             {"callback_profile": "\(sms)", "event": "SMS-lost", "variables": 1, "callback_id": ""},
             {"event": "call_end"}, {"callback_profile": "\(sms)", "callback": {}}, 7,
             {"callback_profile": "\(sms)", "evnt": "SMS-sent"},
             {"callback": {"call_end": {"url": ["http://10.0.0.1/", "ftp://a/"]}}}]
            """
        let sent = try fixture.run("send", "--company", "HA", input: triggers)
        #expect(sent.status == 65)
        let errors = try JSONValue(parsing: sent.output).object?["error"]?.array ?? []
        #expect(
            errors.compactMap { $0.object?["body"]?.string } == [
                "body/1/channel must be the channel of the profile, sms",
                "body/2/callback_profile must be the ID of an existing profile; 'IN_none' does not exist",
                "body/3/callback_id must NOT have fewer than 1 characters",
                "body/3/variables must be object",
                "body/3/event must be equal to one of the allowed values: SMS-sent",
                "body/4 must have required property 'callback_profile'",
                "body/5 must NOT have both 'callback_profile' and 'callback'",
                "body/6 must be object",
                "body/7 must NOT have additional property 'evnt'; did you mean 'event'?",
                "body/8 must have required property 'event'",
                "body/8/callback/call_end/url/0 must NOT point to 10.0.0.1: 10.0.0.1 is a private "
                    + "address; to allow it, use 'gateway.allowNetworks'",
                "body/8/callback/call_end/url/1 must be a URL that begins with https:// or http://",
            ])
        #expect(try fixture.dispatch() == prints(""))
    }

    @Test func anotherCompanysProfileDoesNotExist() throws {
        let fixture = try SendingFixture()
        let profile = try fixture.profile("https://example.com/", company: "HB")
        let sent = try fixture.run("send", "--company", "HA", "--profile", profile)
        #expect(sent.status == 65)
        #expect(sent.output.contains("'\(profile)' does not exist"))
    }

    @Test func fileAndOptionsAreMutuallyExclusive() throws {
        let fixture = try SendingFixture()
        let sent = try fixture.run("send", "--company", "HA", "--profile", "IN_a", "file.json")
        #expect(sent.status == 64)
    }
}
