import CivilTime
import JSON
import TestSupport
import Testing

@testable import Profiles

/// No callback exceeds the size limit, regardless of the part that is too long.
@Suite struct RequestLimitTests {
    private let fixture: ProfilesFixture

    init() throws {
        fixture = try ProfilesFixture()
    }

    private static let many = String(repeating: "<v>", count: 900)

    /// Members that repeat one value 900 times, in every place where values are filled in.
    private static let bombs: [(place: String, request: String)] = [
        ("JSON", post("\"body\": {\"a\": \"\(many)\"}")),
        ("objects", post("\"body\": {\"a\": [\(list(#""<o>""#))]}")),
        ("text", post("\"body_type\": \"text\", \"body\": \"\(many)\"")),
        ("XML", post("\"body_type\": \"xml\", \"body\": \"<m>\(many)</m>\"")),
        (
            "XML attributes",
            post("\"body_type\": \"xml\", \"body\": \"<m k='\(many)'><![CDATA[\(many)]]></m>\"")
        ),
        ("HTML", post("\"body_type\": \"html\", \"body\": \"<p k=\(many)>\(many)\"")),
        (
            "a form",
            post("\"body\": {\"a\": \"\(many)\"}, " + type("application/x-www-form-urlencoded"))
        ),
        ("form parts", post("\"body\": {\"a\": \"\(many)\"}, " + type("multipart/form-data"))),
        (
            "a form as text",
            post(
                "\"body_type\": \"text\", \"body\": \"\(many)\", "
                    + type("application/x-www-form-urlencoded"))
        ),
        ("a header", request("\"headers\": {\"x\": \"\(many)\"}")),
        ("the path", request().replacing("/in", with: "/\(many)")),
        ("the query", request().replacing("/in", with: "/?\(many)")),
        ("the message", request("\"response_message\": \"\(many)\"")),
        (
            "encrypted values",
            post(
                "\"body\": {\"a\": \"\(many)\"}, \"enc\": {\"algo\": \"aes-128-gcm\", "
                    + "\"key\": \"0123456789abcdef\", \"IV\": \"random\"}")
        ),
        (
            "URL and headers together",
            request("\"headers\": {\"x\": \"\(few)\", \"y\": \"\(few)\"}")
                .replacing("/in", with: "/\(few)")
        ),
    ]

    /// Often enough that a value of 20,000 bytes fits twice, but not three times.
    private static let few = String(repeating: "<v>", count: 90)

    private static func list(_ item: String) -> String {
        Array(repeating: item, count: 900).joined(separator: ",")
    }

    private static func type(_ type: String) -> String {
        "\"headers\": {\"Content-Type\": \"\(type)\"}"
    }

    private static func event(_ size: Int) throws -> TriggeredEvent {
        let value = String(repeating: "x", count: size)
        return try ProfilesTests.event("{\"v\": \"\(value)\", \"o\": {\"k\": \"\(value)\"}}")
    }

    @Test(arguments: bombs.indices)
    func rejectsCallbacksThatAreTooLong(index: Int) throws {
        let profile = try fixture.profile(Self.bombs[index].request)
        #expect(throws: RequestError.tooLong, "\(Self.bombs[index].place)") {
            try profile.request(for: Self.event(20_000), at: ProfilesFixture.start)
        }
        #expect(throws: Never.self) {
            try profile.request(for: Self.event(2), at: ProfilesFixture.start)
        }
    }

    @Test func rejectsBareURLThatIsTooLong() {
        #expect(throws: RequestError.tooLong) {
            try CallbackRequest(
                get: "https://h.example/?\(Self.many)", for: Self.event(20_000))
        }
    }

    @Test func acceptsCallbackAtExactLimit() throws {
        let profile = try fixture.profile(
            post("\"body_type\": \"text\", \"body\": \"<v><v><v><v>\""))
        let room = RequestLimits.bytes - "https://hooks.example.com/in".utf8.count
        let request = try profile.request(for: Self.event(room / 4), at: ProfilesFixture.start)
        #expect(request.body.count == room / 4 * 4)
        #expect(throws: RequestError.tooLong) {
            try profile.request(for: Self.event(room / 4 + 1), at: ProfilesFixture.start)
        }
    }

    // MARK: Profiles

    private static func headers(_ count: Int) -> String {
        "\"headers\": {" + (0..<count).map { "\"k\($0)\": \"1\"" }.joined(separator: ",") + "}"
    }

    private static func auth(_ fields: Int) -> String {
        let more = (0..<fields).map { ", \"k\($0)\": \"1\"" }.joined()
        return "\"auth\": {\"url\": \"https://h.example\", \"clientID\": \"a\", "
            + "\"clientSecret\": \"b\"\(more)}"
    }

    private static func placeholders(_ count: Int) -> String {
        let body = String(repeating: "<zz>", count: count - 3)
        return post(
            "\"body_type\": \"text\", \"body\": \"\(body)\", \"headers\": {\"x\": \"<a>\"}, "
                + "\"response_message\": \"<a>\""
        ).replacing("/in", with: "/<a>")
    }

    private static let excess: [(fine: String, tooMuch: String, fault: String)] = [
        (
            request(headers(100)), request(headers(101)),
            "body/headers must NOT have more than 100 headers; it has 101"
        ),
        (
            request(auth(100)), request(auth(101)),
            "body/auth must NOT have more than 100 additional fields; it has 101"
        ),
        (
            placeholders(30_000), placeholders(30_001),
            "body must NOT have more than 30000 placeholders in url, headers, body and "
                + "response_message; it has 30001"
        ),
    ]

    @Test(arguments: excess.indices)
    func limitsProfileMembers(index: Int) throws {
        let (fine, tooMuch, fault) = Self.excess[index]
        #expect(try faults(in: fine) == [])
        #expect(try faults(in: tooMuch) == [fault])
    }

    /// Version 1.0 accepted such profiles. Their callbacks are still sent.
    @Test(arguments: excess.indices)
    func sendsStoredProfilesBeyondLimits(index: Int) throws {
        let value = try JSONValue(parsing: Self.excess[index].tooMuch)
        let settings = try ProfileSettings(request: value, isStored: true)
        let made = try fixture.store.create(
            settings, company: ProfilesFixture.company, pod: "IN", atMost: 1,
            at: ProfilesFixture.start)
        let id = try #require(made).id
        let profile = try #require(
            try fixture.reopened().current(id, company: ProfilesFixture.company))
        #expect(profile.settings == settings)
        let event = try ProfilesTests.event()
        #expect(throws: Never.self) { try profile.request(for: event, at: ProfilesFixture.start) }
    }

    @Test func rejectsPlaceholdersInAttributeNames() throws {
        let text = post("\"body_type\": \"xml\", \"body\": \"<m {{a}}='1'/>\"")
        #expect(
            try faults(in: text) == [
                "body/body must NOT have a placeholder in an attribute name; put it in the "
                    + "value"
            ])
        #expect(try faults(in: text.replacing("xml", with: "html")) == [])
    }

    @Test func shortensLongNamesInFaults() throws {
        let name = String(repeating: "x", count: 400_000)
        #expect(
            try faults(in: request("\"\(name)\": 1, \"headers\": {\"\(name)\": \"1\"}")) == [
                "body must NOT have additional property '\(name.prefix(100))…'",
                "body/headers/\(name.prefix(100))… must be the name of a header: letters, digits "
                    + "and hyphens",
            ])
    }
}
