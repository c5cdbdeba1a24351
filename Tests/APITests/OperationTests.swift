import HTTPServer
import JSON
import Testing

@Suite struct OperationTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    @Test func createsAProfile() throws {
        let made = fixture.call("POST", "/callback/profiles", APIFixture.profile())
        #expect(made.status == 201 && made.code == "RBC024")
        #expect(made.message == "Profile created successfully")
        #expect(made[header: "content-type"] == "application/json")
        #expect(made[header: "cache-control"] == "no-store")
        #expect(made.json?["status"]?.integer == 201 && made.json?["error"] == .object([:]))
        #expect(made.data?["created_at"]?.string == "2027-01-15T08:00:00Z")
    }

    @Test func createsUpdatesAndDeletesAProfile() throws {
        let id = try fixture.profile(#""headers": {"x-api-key": "CANARY"},"#)
        let path = "/callback/profiles/\(id)"
        let shown = fixture.call("GET", path)
        #expect(shown.message == "Profile fetched successfully" && !shown.text.contains("CANARY"))
        let changed = fixture.call("PATCH", path, #"{"title": "Other"}"#)
        #expect(changed.message == "Profile updated successfully")
        #expect(changed.data?["version"]?.integer == 2)
        let disabled = fixture.call("POST", path + "/disable")
        #expect(disabled.status == 200 && disabled.data?["status"]?.integer == 3)
        #expect(fixture.call("POST", path + "/enable").data?["status"]?.integer == 1)
        #expect(fixture.call("DELETE", path).message == "Profile deleted successfully")
        let gone = fixture.call("GET", path)
        #expect(gone.status == 404 && gone.message == "No profile exists with this id")
        #expect(gone.faults == ["params: No profile exists with id: \(id)"])
    }

    @Test func listsWithFilters() throws {
        for number in 1...3 { _ = try fixture.profile(#""response_message": "\#(number)","#) }
        let page = fixture.call(
            "GET", "/callback/profiles?limit=2&offset=1&title=ord&http_method=post")
        #expect(page.data?["profiles"]?.array?.count == 2 && page.data?["total"]?.integer == 3)
        #expect(page.data?["limit"]?.integer == 2 && page.data?["offset"]?.integer == 1)
        let none = fixture.call("GET", "/callback/profiles?created_to=2020-01-01")
        #expect(none.data?["total"]?.integer == 0)
        let wrong = fixture.call("GET", "/callback/profiles?limit=0&colour=red&created_from=x")
        #expect(wrong.status == 400)
        #expect(
            wrong.faults == [
                "params: params/limit must be a whole number from 1 to 1000",
                "params: params must NOT have additional property 'colour'",
                "params: params/created_from must be an RFC 3339 time, or a day such as 2026-11-20",
            ])
    }

    @Test func reportsEveryErrorInABody() {
        let refused = fixture.call(
            "POST", "/callback/profiles",
            #"{"http_method": "PUT", "url": "http://10.0.0.1/", "x": 1}"#)
        #expect(refused.status == 400 && refused.code == "RBC302")
        #expect(refused.json?["data"] == .object([:]))
        #expect(
            Set(refused.faults) == [
                "body: body must have required property 'title'",
                "body: body must have required property 'body'",
                "body: body must NOT have additional property 'x'",
                "body: body/url must NOT point to 10.0.0.1: it is a private address",
            ])
        let broken = fixture.call("POST", "/callback/profiles", "{\"title\": \"CANARY\",,}")
        #expect(broken.status == 400 && !broken.text.contains("CANARY"))
    }

    @Test func acceptsSingleAndMultipleTriggers() throws {
        let id = try fixture.profile()
        let trigger = #"{"callback_profile": "\#(id)", "callback_id": "a", "variables": {}}"#
        let first = fixture.call("POST", "/callback/events", trigger)
        #expect(first.status == 202)
        let again = fixture.call("POST", "/callback/events", trigger)
        #expect(again.text == first.text.replacing("}]", with: #","duplicate":true}]"#))
        let other = fixture.call(
            "POST", "/callback/events", trigger.replacing("{}", with: "{\"b\":1}"))
        #expect(other.status == 409 && other.code == "RBC409")
        let many = fixture.call(
            "POST", "/callback/events", "[\(trigger), {\"callback_profile\": \"\(id)\"}]")
        #expect(many.data?["callbacks"]?.array?.count == 2)
        let lines = fixture.call(
            "POST", "/callback/events", trigger + "\n" + trigger.replacing("\"a\"", with: "\"b\""),
            type: "application/x-ndjson")
        #expect(lines.status == 202 && lines.data?["callbacks"]?.array?.count == 2)
        let health = fixture.ask("GET", "/healthz", headers: [])
        #expect(health.data?["waiting"]?.integer == 3)
    }

    @Test func acceptsCallsWithURLs() throws {
        let call = #"{"callback": {"call_end": {"URL": ["https://93.184.215.14/?{caller}"]}}"#
        let taken = fixture.call("POST", "/callback/events", call + #", "event": "call_end"}"#)
        #expect(taken.status == 202, "\(taken.text)")
        let refused = fixture.call(
            "POST", "/callback/events",
            #"{"callback": {"call_end": {"url": ["http://10.0.0.1/"]}}, "event": "call_end"}"#)
        #expect(refused.status == 400 && refused.text.contains("private address"))
    }

    @Test func bindsNumbersAndAcceptsTheirMessages() throws {
        let id = try fixture.profile()
        let message = #"{"wanumber": "919876543210", "body": "Hi", "callback_id": "m"}"#
        #expect(fixture.call("POST", "/whatsapp/incoming", message).status == 404)
        let bound = fixture.call(
            "PUT", "/whatsapp/numbers/+919876543210", #"{"callback_profile": "\#(id)"}"#)
        #expect(bound.status == 200, "\(bound.text)")
        #expect(fixture.call("GET", "/whatsapp/numbers/919876543210").data == bound.data)
        #expect(fixture.call("GET", "/whatsapp/numbers").data?["total"]?.integer == 1)
        #expect(fixture.call("POST", "/whatsapp/incoming", message).status == 202)
        #expect(fixture.call("DELETE", "/whatsapp/numbers/919876543210").status == 200)
        #expect(fixture.call("GET", "/whatsapp/numbers/919876543210").status == 404)
    }

    @Test(arguments: [
        ("", "body must be JSON: line 1, column 1: expected a value"),
        ("[]", "body must be object"),
        ("{}", "body must have required property 'callback_profile'"),
        (#"{"callback_profile": 1}"#, "body/callback_profile must be string"),
        (#"{"profile": "a"}"#, "body must NOT have additional property 'profile'"),
    ])
    func reportsErrorsInABinding(_ body: String, _ words: String) {
        let refused = fixture.call("PUT", "/whatsapp/numbers/919876543210", body)
        #expect(refused.status == 400 && refused.message == words)
    }

    @Test func listsAndReplaysDeliveries() throws {
        let list = fixture.call("GET", "/callback/deliveries?limit=5&outcome=failed")
        #expect(list.status == 200 && list.data?["deliveries"] == .array([]))
        #expect(fixture.call("GET", "/callback/deliveries?outcome=maybe").status == 400)
        #expect(fixture.call("POST", "/callback/deliveries/none/replay").status == 404)
        let id = try fixture.profile()
        _ = fixture.call(
            "POST", "/callback/events", #"{"callback_profile": "\#(id)", "callback_id": "a/b"}"#)
        // An ID can contain a slash, which is percent-encoded in the path.
        let early = fixture.call("POST", "/callback/deliveries/a%2Fb/replay")
        #expect(early.status == 400 && early.message == "The callback has not finished yet")
    }

    @Test func servesItsDescription() throws {
        let answer = fixture.ask("GET", "/openapi.json", headers: [])
        #expect(answer.status == 200 && answer.json?["openapi"]?.string == "3.1.0")
    }
}
