import Encryption
import JSON
import TestSupport
import Testing

@testable import Profiles

@Suite struct ReadingTests {
    static let cases: [(String, [String])] = [
        ("[]", ["body must be object"]), ("null", ["body must be object"]),
        (
            "{}",
            [
                "body must have required property 'title'",
                "body must have required property 'http_method'",
                "body must have required property 'url'",
            ]
        ),
        (
            #"{"title": null, "http_method": "GET", "url": "https://h.example"}"#,
            ["body must have required property 'title'"]
        ),
        (
            #"{"title": 1, "http_method": 2, "url": []}"#,
            [
                "body/title must be string", "body/http_method must be string",
                "body/url must be string",
            ]
        ),
        (
            #"{"title": "ab", "http_method": "PATCH", "url": "x"}"#,
            [
                "body/title must NOT have fewer than 3 characters",
                "body/http_method must be equal to one of the allowed values: "
                    + "GET, POST, PUT, DELETE",
                "body/url must be a URL that begins with https:// or http://",
            ]
        ),
        (request(method: "POST"), ["body must have required property 'body'"]),
        (request(method: "put"), ["body must have required property 'body'"]),
        (request(#""body": {"a": 1}"#), ["body must NOT have property 'body' for GET"]),
        (
            request(#""body": {"a": 1}"#, method: "Delete"),
            ["body must NOT have property 'body' for DELETE"]
        ),
        (
            post(#""body": "text""#),
            ["body/body must be object, or set body_type to another type"]
        ),
        (
            post(#""body": "{\"a\": <b>}""#),
            ["body/body must be a JSON object: line 1, column 7: expected a value"]
        ),
        (post(#""body": [1]"#), ["body/body must be object"]),
        (
            post(#""body": {}, "body_type": "xml""#),
            ["body/body must be string for body_type xml"]
        ),
        (
            post(#""body": {}, "body_type": "yaml""#),
            ["body/body_type must be equal to one of the allowed values: json, xml, html, text"]
        ),
        (
            request(#""titel": "x", "foo": 1"#),
            [
                "body must NOT have additional property 'titel'; did you mean 'title'?",
                "body must NOT have additional property 'foo'",
            ]
        ),
        (
            request(#""channel": "fax""#),
            [
                "body/channel must be equal to one of the allowed values: "
                    + "default, sms, email, voice, whatsapp"
            ]
        ),
        (
            request(#""channel": "sms", "events": "sms-send""#),
            ["body/events/0 must be equal to one of the allowed values: SMS-sent"]
        ),
        (
            request(#""channel": "sms", "events": null"#),
            ["body/events must be array; the event of channel sms is SMS-sent"]
        ),
        (
            request(#""events": ["SMS-sent"]"#),
            ["body/events/0 must NOT be present for channel default, which has no events"]
        ),
        (request(#""channel": "voice", "events": 3"#), ["body/events must be array"]),
        (request(#""channel": "voice", "events": [3]"#), ["body/events/0 must be string"]),
        (request(#""response_message": {}"#), ["body/response_message must be string"]),
    ]

    @Test(arguments: cases)
    func reportsEveryFault(request: String, faults expected: [String]) throws {
        #expect(try faults(in: request) == expected)
    }

    static let titles: [(String, Bool)] = [
        ("abc", true), ("Callback_Profile-Test 1", true), ("Für Käufer", true), ("दिल्ली शहर", true),
        ("ab", false), ("a.b", false), ("a/b", false), ("a\\u0000b", false), ("abc\\n", false),
        ("a\\u200db", false), ("a\\u202eb", false), ("   ", false), ("-_-", false),
        (String(repeating: "a", count: 255), true), (String(repeating: "a", count: 256), false),
    ]

    @Test(arguments: titles)
    func acceptsTitlesOfLettersAndDigits(title: String, isValid: Bool) throws {
        let text = request().replacing("Orders", with: title)
        #expect(try faults(in: text).isEmpty == isValid)
    }

    static let urls: [(String, String)] = [
        ("https://u:p@h.example/", "contain a user or password; use an Authorization header"),
        ("https://<host>/", "have placeholders in scheme, host or port"),
        ("https://h.example/\\u0000", "contain line breaks or control characters"),
        ("https://h.example/\\r\\nx", "contain line breaks or control characters"),
    ]

    @Test(arguments: urls)
    func rejectsInvalidURLs(url: String, words: String) throws {
        let text = request().replacing("https://hooks.example.com/in", with: url)
        #expect(try faults(in: text) == ["body/url must NOT \(words)"])
    }

    @Test func acceptsPublishedSampleRequest() throws {
        let settings = try settings(Seeds.createRequest)
        #expect(settings.title == "Callback_Profile_Test_1")
        #expect(settings.method == .put)
        #expect(settings.body == .json(["name": "John Doe"]))
        #expect(settings.headers == [HTTPHeaderField("x-api-key", "A-RANDOM-API-KEY")])
        #expect(settings.encryption?.cipher.algorithm == .aes128GCM)
        #expect(settings.encryption?.parameters == nil)
        #expect(settings.channel == .sms)
        #expect(settings.events == ["SMS-sent"])
        #expect(settings.responseMessage == "Expected response message")
    }

    @Test(arguments: Seeds.methods)
    func acceptsPublishedSamplesOfMethods(sample: String) throws {
        let settings = try settings(sample)
        #expect(settings.url == "https://webhook.site/93e95c0d-53eb-4960-b628-6a03cb672946")
        #expect(settings.channel == .general && settings.events.isEmpty)
    }

    static let channels: [(String, Channel, [String])] = [
        ("null", .general, []), (#""""#, .general, []), (#""default""#, .general, []),
        (#""Default - No Channel Selected""#, .general, []),
        (#""Defatul - No Channel Selected""#, .general, []),
        (#""Default—No Channel Selected""#, .general, []),
        (#""SMS""#, .sms, ["SMS-sent"]), (#""Email""#, .email, ["Email-sent"]),
        (#""whatsApp""#, .whatsapp, Channel.whatsapp.events),
        (#""voice""#, .voice, Channel.voice.events),
    ]

    @Test(arguments: channels)
    func acceptsEveryChannelName(name: String, channel: Channel, events: [String]) throws {
        let settings = try settings(request("\"channel\": \(name)"))
        #expect(settings.channel == channel && settings.events == events)
    }

    static let events: [(String, [String])] = [
        (#""call_end""#, ["call_end"]),
        (#"["Call_End", "call_start"]"#, ["call_start", "call_end"]),
        (#""[\"call_end\"]""#, ["call_end"]), (#"[""]"#, Channel.voice.events),
        ("null", Channel.voice.events), ("[]", Channel.voice.events),
    ]

    @Test(arguments: events)
    func acceptsEveryFormOfEvents(value: String, events: [String]) throws {
        let text = request("\"channel\": \"voice\", \"events\": \(value)")
        #expect(try settings(text).events == events)
    }

    @Test func acceptsEmptyValuesOfResponses() throws {
        let text = request(
            #""body": {}, "enc": {}, "headers": "{}", "response_message": "", "events": "[\"\"]""#)
        #expect(try faults(in: text) == [])
        #expect(try settings(text).body == nil)
    }

    @Test func acceptsObjectInString() throws {
        let text = post(#""body": "{\"a\": \"<b>\"}", "headers": "{\"aa\":\"heyy\"}""#)
        #expect(try settings(text).body == .json(["a": "<b>"]))
        #expect(try settings(text).headers == [HTTPHeaderField("aa", "heyy")])
    }

    @Test func storedFormParsesToSameSettings() throws {
        let texts =
            [Seeds.createRequest] + Seeds.methods + [
                post(
                    #""body": "<m><body></m>", "body_type": "XML", "channel": "whatsapp", "events": "#
                        + #"["number-quality"], "headers": {"b": "2", "a": "<name>"}, "enc": {"algo": "#
                        + #""aes-256-cfb", "key": "0123456789abcdef0123456789abcdef", "iv": "Random","#
                        + #" "Params": "body, name"}, "signing": {"secret": ["#
                        + #""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "#
                        + #""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"]}, "auth": {"url": "#
                        + #""https://login.example", "clientID": "i", "clientSecret": "s", "scope": "x"}"#
                )
            ]
        for text in texts {
            let first = try settings(text)
            #expect(try ProfileSettings(request: .object(first.request)) == first)
        }
    }

    @Test func rejectsBlockedHosts() throws {
        let text = request(
            #""auth": {"url": "http://10.0.0.1/token", "clientID": "i", "clientSecret": "s"}"#
        ).replacing("hooks.example.com", with: "10.0.0.1")
        let value = try JSONValue(parsing: text)
        let error = #expect(throws: ProfileFaults.self) {
            try ProfileSettings(request: value) { _ in "it is a private address" }
        }
        #expect(
            error?.faults.map(\.description) == [
                "body/url must NOT point to 10.0.0.1: it is a private address",
                "body/auth/url must NOT point to 10.0.0.1: it is a private address",
            ])
    }
}
