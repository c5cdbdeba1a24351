import API
import Encryption
import HTTPServer
import JSON
import Profiles
import Testing
import TextSupport

@testable import WebUI

/// The form of a profile.
@Suite struct FormTests {
    private let fixture: WebUIFixture
    private let visitor: Visitor

    init() throws {
        fixture = try WebUIFixture()
        visitor = try Visitor(fixture)
    }

    private func stored(_ id: String) throws -> JSONObject {
        let answer = fixture.ask(
            "GET", "/v1/\(WebUIFixture.own)/callback/profiles/\(id)",
            headers: [(name: "api-key", value: fixture.key)])
        return try #require(JSONValue(parsing: answer.text).object?["data"]?.object)
    }

    private func created(_ changes: [(String, String)] = []) throws -> String {
        let answer = visitor.post("/profiles/new", Visitor.profile(changes))
        #expect(answer.status == 303, "\(answer.text)")
        let address = try #require(answer[header: "location"])
        #expect(address.hasSuffix("?done=created"))
        return String(address.dropFirst("/profiles/".count).prefix { $0 != "?" })
    }

    @Test(arguments: ["default", "sms", "email", "voice", "whatsapp"])
    func createsAProfileForEachChannel(_ channel: String) throws {
        let form = visitor.get("/profiles/new?channel=\(channel)").text
        let events = form.matches(of: #/name="event" value="([^"]+)" checked/#).map { String($0.1) }
        #expect(events.isEmpty == (channel == "default"))
        #expect(form.contains("name=\"channel\" value=\"\(channel)\""))
        // A channel without events has no such field.
        let chosen = events.prefix(1).map { ("event", $0) }
        let id = try created([("channel", channel)] + (chosen.isEmpty ? [("event", "")] : chosen))
        let profile = try stored(id)
        #expect(profile["channel"] == .string(channel))
        #expect(
            profile["events"]?.string == "[" + events.prefix(1).map { "\"\($0)\"" }.joined() + "]")
        #expect(profile["body"]?.object?["to"] == "<mobile>")
    }

    @Test func asksForTheChannelFirst() {
        let page = visitor.get("/profiles/new").text
        for channel in ["default", "sms", "email", "voice", "whatsapp"] {
            #expect(page.contains("href=\"/profiles/new?channel=\(channel)\""))
        }
        #expect(visitor.get("/profiles/new?channel=fax").text == page)
    }

    @Test func acceptsEverySettingOfTheAPI() throws {
        let id = try created([
            ("header-name", "X-Tenant"), ("header-value", "me"), ("header-name", ""),
            ("header-value", ""), ("header-name", "x-api-key"), ("header-value", "CANARY"),
            ("algo", "AES-128-GCM"), ("key", "0123456789abcdef"), ("iv_kind", "random"),
            ("iv", ""), ("params", "mobile"), ("response_message", "Thank you"),
            ("signing", "whsec_Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZ"),
            ("auth-url", "https://93.184.215.14/token"), ("auth-id", "me"),
            ("auth-secret", "CANARY"), ("extra-name", "scope"), ("extra-value", "all"),
        ])
        let profile = try stored(id)
        #expect(profile["headers"] == #"{"X-Tenant":"me","x-api-key":"••••"}"#)
        #expect(profile["enc"]?.object?["IV"] == "random")
        #expect(profile["enc"]?.object?["params"] == .array(["mobile"]))
        #expect(profile["response_message"] == "Thank you")
        #expect(profile["signing"] != nil)
        #expect(profile["auth"]?.object?["scope"] == "all")
    }

    @Test func showsErrorsNextToTheFieldsAndAboveTheForm() throws {
        let answer = visitor.post(
            "/profiles/new",
            Visitor.profile([
                ("title", "x"), ("url", "https://10.0.0.1/"), ("body", "{\"a\": <b>}"),
                ("algo", "AES-256-GCM"), ("key", "short"), ("iv_kind", "fixed"),
                ("header-name", "Fine"), ("header-value", "1"), ("header-name", "Host"),
                ("header-value", "2"), ("auth-id", "me"), ("signing", "abc"),
            ]))
        #expect(answer.status == 400 && answer.text.contains("<title>Error: New profile: SMS"))
        for (field, words) in [
            ("title", "Title must not have fewer than 3 characters"),
            ("url", "URL must not point to 10.0.0.1: it is a private address"),
            ("body", "Body must be a JSON object: line 1, column 7: expected a value"),
            ("key", "Key must have 32 bytes for AES-256-GCM; it has 5"),
            ("iv", "Fixed IV is required"),
            (
                "header-1-name",
                "Header &#39;Host&#39; must not be set; the gateway controls this header"
            ),
            ("auth-url", "Token URL is required"),
            (
                "signing",
                "Signing secret must begin with whsec_, followed by 24 to 64 bytes in base64"
            ),
        ] {
            #expect(answer.text.contains("<a href=\"#\(field)\">\(words)</a>"), "\(field)")
            let id = field.replacing("-name", with: "")
            let beside = field.hasPrefix("header") ? "\(id)-fault" : "\(field)-fault"
            #expect(answer.text.contains("<p class=\"fault\" id=\"\(beside)\">\(words)</p>"))
            #expect(answer.text.contains("id=\"\(field)\" "), "\(field)")
            #expect(answer.text.contains(" \(beside)\"") || answer.text.contains("\"\(beside)\""))
        }
        #expect(answer.text.contains("value=\"https://10.0.0.1/\""))
        #expect(answer.text.contains("{&quot;a&quot;: &lt;b&gt;}</textarea>"))
        #expect(visitor.get("/profiles").text.contains("0 profiles"))
    }

    @Test func rejectsABodyForGET() {
        let answer = visitor.post("/profiles/new", Visitor.profile([("http_method", "GET")]))
        #expect(answer.text.contains("href=\"#body\">Body must not have property"))
    }

    // MARK: Changes

    @Test func keepsEverySecretWhoseFieldIsEmpty() throws {
        let id = try fixture.make(SafetyTests.secretive)
        let form = visitor.get("/profiles/\(id)/edit")
        let fields = Self.fields(of: form.text)
        let changed = fields.filter { $0.0 != "title" } + [("title", "Renamed")]
        let answer = visitor.post("/profiles/\(id)/edit", changed + [("action", "save")])
        #expect(answer[header: "location"] == "/profiles/\(id)?done=saved")
        let operations = try fixture.stores().profiles
        let settings = try #require(try operations.current(id, company: WebUIFixture.own)).settings
        #expect(settings.title == "Renamed")
        let known = [
            ("x-api-key", "CANARY-1"), ("X-Plain", "seen"),
        ]
        #expect(settings.headers.map(\.name) == known.map(\.0))
        #expect(settings.headers.map(\.value) == known.map(\.1))
        #expect(settings.encryption?.cipher.key.reveal() == "CANARY-012345678")
        #expect(
            settings.signing?.secrets.map { $0.reveal() } == [
                "whsec_Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZ"
            ])
        #expect(settings.auth?.clientSecret.reveal() == "CANARY-2")
        #expect(settings.auth?.extraFields.map(\.value) == ["all", "CANARY-3"])
    }

    @Test func replacesAndRemovesSecrets() throws {
        let id = try fixture.make(SafetyTests.secretive)
        let fields = Self.fields(of: visitor.get("/profiles/\(id)/edit").text)
            .filter { !["algo", "iv_kind", "auth-url", "auth-id"].contains($0.0) }
            .filter { !$0.0.hasPrefix("header") && !$0.0.hasPrefix("extra") }
        let answer = visitor.post(
            "/profiles/\(id)/edit",
            fields + [
                ("algo", ""), ("no-signing", "yes"), ("header-name", "x-api-key"),
                ("header-value", "new"), ("action", "save"),
            ])
        #expect(answer.status == 303, "\(answer.text)")
        let operations = try fixture.stores().profiles
        let settings = try #require(try operations.current(id, company: WebUIFixture.own)).settings
        #expect(settings.encryption == nil && settings.signing == nil && settings.auth == nil)
        #expect(settings.headers.map(\.value) == ["new"])
    }

    @Test func requiresAnIVWhenChangingFromRandomToFixed() throws {
        let id = try created([
            ("algo", "AES-128-GCM"), ("key", "0123456789abcdef"), ("iv_kind", "random"),
        ])
        let fields = Self.fields(of: visitor.get("/profiles/\(id)/edit").text)
            .filter { $0.0 != "iv_kind" }
        let answer = visitor.post(
            "/profiles/\(id)/edit", fields + [("iv_kind", "fixed"), ("action", "save")])
        #expect(answer.status == 400 && answer.text.contains("Fixed IV is required"))
    }

    @Test func doesNotOverwriteAConcurrentChange() throws {
        let id = try fixture.profile()
        let fields =
            Self.fields(of: visitor.get("/profiles/\(id)/edit").text)
            .filter { $0.0 != "title" } + [("title", "Mine"), ("action", "save")]
        let theirs = fields.map { $0.0 == "title" ? ("title", "Theirs") : $0 }
        #expect(visitor.post("/profiles/\(id)/edit", theirs).status == 303)
        let refused = visitor.post("/profiles/\(id)/edit", fields)
        #expect(refused.status == 409 && refused.text.contains("value=\"Mine\""))
        #expect(refused.text.contains("Someone else has changed this profile in the meantime."))
        #expect(try stored(id)["title"] == "Theirs")
        let again = Self.fields(of: refused.text) + [("action", "save")]
        #expect(visitor.post("/profiles/\(id)/edit", again).status == 303)
        #expect(try stored(id)["title"] == "Mine")
    }

    /// Returns the fields of a form as a browser submits it without changes.
    static func fields(of text: String) -> [(String, String)] {
        let form = text.split(separator: "<form class=\"profile\"").dropFirst().first ?? ""
        var fields: [(String, String)] = []
        for tag in form.split(separator: "<").map(String.init) {
            guard let name = tag.firstMatch(of: #/\ name="([^"]*)"/#).map({ String($0.1) })
            else { continue }
            let value = tag.firstMatch(of: #/\ value="([^"]*)"/#).map { String($0.1) } ?? ""
            if tag.hasPrefix("input") {
                let isChoice = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"")
                guard !isChoice || tag.contains(" checked"), name != "token" else { continue }
                fields.append((name, Self.plain(value)))
            } else if tag.hasPrefix("textarea") {
                let content = tag.split(separator: ">", maxSplits: 1).dropFirst().first ?? ""
                fields.append((name, Self.plain(String(content.drop { $0 == "\n" }))))
            } else if tag.hasPrefix("select") {
                let rest = form[(form.firstRange(of: tag)?.upperBound ?? form.endIndex)...]
                let chosen = rest.firstMatch(of: #/value="([^"]*)" selected/#)
                fields.append((name, chosen.map { String($0.1) } ?? ""))
            }
        }
        return fields
    }

    private static func plain(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }

    // MARK: Help with the form

    @Test(arguments: [
        ("POST", "json", "", "{\n  \"mobile\": \"<mobile>\",\n  \"id\": \"<id>\"\n}", ""),
        ("POST", "json", "{\"mobile\": 1}", "{\n  \"mobile\": 1,\n  \"id\": \"<id>\"\n}", ""),
        ("PUT", "xml", "<a/>", "<a/>\n{{mobile}}\n{{id}}", ""),
        ("PUT", "text", "", "<mobile>\n<id>", ""),
        ("GET", "json", "", "", "?mobile={mobile}&id={id}"),
    ])
    func insertsSelectedVariables(
        _ method: String, _ type: String, _ body: String, _ expected: String, _ query: String
    ) {
        let answer = visitor.post(
            "/profiles/new",
            Visitor.profile([
                ("http_method", method), ("body_type", type), ("body", body), ("action", "pick"),
                ("pick", "mobile"), ("pick", "id"),
            ]))
        #expect(answer.status == 200 && answer.text.contains("Added 2 variables to the"))
        let fields = Dictionary(Self.fields(of: answer.text)) { first, _ in first }
        #expect(fields["body"] == expected && fields["pick"] == nil)
        #expect(fields["url"] == "https://93.184.215.14/in\(query)")
    }

    @Test func doesNotChangeABodyThatIsNotAnObject() {
        let answer = visitor.post(
            "/profiles/new",
            Visitor.profile([("body", "[1"), ("action", "pick"), ("pick", "mobile")]))
        #expect(
            answer.text.contains("so nothing was added") && answer.text.contains(">\n[1</"))
        #expect(answer.text.contains("name=\"pick\" value=\"mobile\" checked"))
    }

    @Test func addsRowsForHeaders() {
        let count = { (text: String) in text.matches(of: #/name="header-name"/#).count }
        let form = visitor.get("/profiles/new?channel=sms").text
        #expect(count(form) == 2)
        let more = visitor.post(
            "/profiles/new", Self.fields(of: form) + [("action", "more-header"), ("title", "Kept")])
        #expect(count(more.text) == 4)
        #expect(count(visitor.get("/profiles/new?channel=sms").text) == 2)
    }

    @Test func testsUnsavedSettings() throws {
        let id = try fixture.make(SafetyTests.secretive)
        let fields = Self.fields(of: visitor.get("/profiles/\(id)/edit").text)
            .filter { $0.0 != "url" && !$0.0.hasPrefix("auth") && !$0.0.hasPrefix("extra") }
        // Nothing listens on port 1 of this machine.
        let answer = visitor.post(
            "/profiles/\(id)/edit",
            fields + [
                ("url", "http://127.0.0.1:1/in?to={mobile}"), ("action", "test"),
            ])
        #expect(answer.status == 200 && answer.text.contains("The test callback failed."))
        #expect(answer.text.contains("http://127.0.0.1:1/in?to="))
        #expect(answer.text.contains("x-api-key: ••••") && !answer.text.contains("CANARY"))
        #expect(answer.text.contains("<dt>Reason</dt><dd>connect</dd>"))
        #expect(answer.text.contains("<dt>Finished</dt>"))
        #expect(answer.text.contains("value=\"http://127.0.0.1:1/in?to={mobile}\""))
        #expect(try stored(id)["url"] == "https://93.184.215.14/in")
    }

    @Test func reportsErrorsInTheValuesOfATest() {
        let answer = visitor.post(
            "/profiles/new", Visitor.profile([("action", "test"), ("variables", "{")]))
        #expect(answer.status == 400 && answer.text.contains("href=\"#variables\""))
    }
}
