import JSON
import TestSupport
import Testing

@testable import Profiles

@Suite struct VoiceTests {
    /// Returns a profile by the prefix of its ID: `no` does not exist, `off` is disabled, others
    /// name a channel.
    private static func profile(_ id: String) throws -> ProfileOutline? {
        let kind = id.prefix { $0 != "_" }
        guard kind != "no" else { return nil }
        let members =
            switch kind {
            case "sms": #""channel": "sms""#
            case "end": #""channel": "voice", "events": "call_end""#
            default: #""channel": "voice""#
            }
        let settings = try settings(request(members))
        return ProfileOutline(
            id: id, status: kind == "off" ? .autoDisabled : .active, channel: settings.channel,
            events: settings.events, size: 0)
    }

    private func read(_ json: String) throws -> [VoiceCallback.Entry] {
        try VoiceCallback(
            JSONValue(parsing: json), profile: Self.profile,
            blockReason: { $0 == "10.0.0.1" ? "it is a private address" : nil }
        ).entries
    }

    private func faults(_ json: String) throws -> [String] {
        do {
            _ = try read(json)
            return []
        } catch let error as ProfileFaults {
            return error.faults.map(\.description)
        }
    }

    @Test(arguments: Seeds.voice.indices)
    func parsesPublishedExamples(index: Int) throws {
        let sample = Seeds.voice[index]
        let targets: [VoiceCallback.Target] =
            sample.ids.map { .profile(id: $0) } + sample.urls.map { .url($0) }
        #expect(try read(sample.json) == targets.map { .init(event: sample.event, target: $0) })
    }

    @Test(arguments: Seeds.voiceFormats)
    func parsesPublishedFormats(json: String) throws {
        #expect(try read(json).isEmpty)
    }

    @Test func brokenPublishedFormatIsNotJSON() {
        #expect(throws: JSONSyntaxError.self) { try read(Seeds.brokenVoiceFormat) }
    }

    @Test func acceptsAnyCaseOfKeysAndObjectInString() throws {
        let object = #"{"Call_END": {"URL": ["https://a.example/"], "Callback_Profile": ["v_1"]}}"#
        let expected: [VoiceCallback.Entry] = [
            .init(event: "call_end", target: .profile(id: "v_1")),
            .init(event: "call_end", target: .url("https://a.example/")),
        ]
        #expect(try read(object) == expected)
        #expect(try read(JSONValue.string(object).compact) == expected)
    }

    @Test func returnsEntriesOfOneEvent() throws {
        let callback = try VoiceCallback(
            JSONValue(
                parsing: #"{"call_start": {"url": ["https://a.example/"]}, "#
                    + #""call_end": {"url": ["https://b.example/"]}}"#),
            profile: Self.profile, blockReason: { _ in nil })
        #expect(callback.entries(for: "call_end").map(\.target) == [.url("https://b.example/")])
        #expect(callback.entries(for: "call_answer").isEmpty)
    }

    private static func list(_ count: Int, _ text: String) -> String {
        Array(repeating: "\"\(text)\"", count: count).joined(separator: ",")
    }

    @Test(arguments: [
        (10, 0, true), (0, 10, true), (5, 5, true), (11, 0, false), (0, 11, false),
        (5, 6, false),
    ])
    func allowsTenTargetsPerEvent(ids: Int, urls: Int, isValid: Bool) throws {
        let one =
            #"{"callback_profile": [\#(Self.list(ids, "v_1"))], "#
            + #""url": [\#(Self.list(urls, "https://a.example/"))]}"#
        let found = try faults(
            #"{"call_start": \#(one), "call_end": {"url": ["https://a.example"]}}"#)
        let words =
            "body/callback/call_start must NOT have more than 10 callback_profile IDs and "
            + "URLs in all; it has 11"
        #expect(found == (isValid ? [] : [words]))
    }

    @Test func limitAppliesToEachEvent() throws {
        let ten = "{\"url\": [\(Self.list(10, "https://a.example/"))]}"
        #expect(try read("{\"call_start\": \(ten), \"call_end\": \(ten)}").count == 20)
    }

    static let cases: [(String, [String])] = [
        ("[]", ["body/callback must be object"]), ("\"x\"", ["body/callback must be object"]),
        (
            #"{"call_ende": {}}"#,
            [
                "body/callback must NOT have additional property 'call_ende'; did you mean 'call_end'?"
            ]
        ),
        (
            #"{"call_end": {}, "CALL_END": {}}"#, ["body/callback must NOT have 'call_end' twice"]
        ),
        (#"{"call_end": []}"#, ["body/callback/call_end must be object"]),
        (
            #"{"call_end": {"urls": [], "url": "x", "callback_profile": [1]}}"#,
            [
                "body/callback/call_end must NOT have additional property 'urls'; "
                    + "did you mean 'url'?",
                "body/callback/call_end/callback_profile/0 must be string",
                "body/callback/call_end/url must be array",
            ]
        ),
        (
            #"{"call_start": {"callback_profile": ["no_1", "off_1", "sms_1", "end_1", "v_1"]}}"#,
            [
                "body/callback/call_start/callback_profile/0 must be the ID of an existing profile; "
                    + "'no_1' does not exist",
                "body/callback/call_start/callback_profile/1 must be an active profile; "
                    + "'off_1' is disabled",
                "body/callback/call_start/callback_profile/2 must be a profile of the voice "
                    + "or default channel; the channel of 'sms_1' is sms",
                "body/callback/call_start/callback_profile/3 must be a profile with the event "
                    + "call_start; 'end_1' does not have it",
            ]
        ),
        (
            #"{"call_end": {"url": ["ftp://a", "https://<host>/", "http://10.0.0.1/"]}}"#,
            [
                "body/callback/call_end/url/0 must be a URL that begins with https:// or http://",
                "body/callback/call_end/url/1 must NOT have placeholders in scheme, host or port",
                "body/callback/call_end/url/2 must NOT point to 10.0.0.1: it is a private address",
            ]
        ),
        (
            #"{"call_start": {}, "to_call_start": {}, "call_end": {}}"#,
            [
                "body/callback must NOT mix events of outbound calls ('call_start') and click-to-call "
                    + "calls ('to_call_start')"
            ]
        ),
        (#"{"from_call_start": {}, "to_call_answer": {}, "call_end": {}}"#, []),
        (#"{"call_start": {}, "call_answer": {}, "call_end": {}}"#, []),
    ]

    @Test(arguments: cases)
    func reportsEveryFault(json: String, faults expected: [String]) throws {
        #expect(try faults(json) == expected)
    }
}
