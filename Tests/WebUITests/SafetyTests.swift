import CivilTime
import DeliveryLog
import FoundationEssentials
import HTTPServer
import JSON
import Profiles
import Synchronization
import Templates
import TestSupport
import Testing

@testable import WebUI

/// Pages escape all input, show no secrets, and show a company only its own data.
@Suite struct SafetyTests {
    private let fixture: WebUIFixture
    private let visitor: Visitor

    init() throws {
        fixture = try WebUIFixture()
        visitor = try Visitor(fixture)
    }

    private static let canary = #"'"><script>alert(1)</script><b x=`"#

    private func expectEscaped(_ answer: Response, _ place: String) {
        #expect(!answer.text.contains("<script"), "\(place)")
        #expect(!answer.text.contains("<b x"), "\(place)")
        #expect(answer.text.contains("&lt;script&gt;alert(1)"), "\(place) does not show it")
    }

    @Test func escapesEverythingThatIsSubmitted() {
        let names = [
            "title", "http_method", "url", "body_type", "body", "header-name", "header-value",
            "algo", "key", "iv", "params", "response_message", "signing", "auth-url", "auth-id",
            "auth-secret", "extra-name", "extra-value", "variables", "event", "version", "pick",
        ]
        for action in ["save", "test", "pick", "more-header", "other"] {
            var fields = names.map { ($0, Self.canary) } + [("channel", "sms")]
            fields.append(("action", action))
            expectEscaped(visitor.post("/profiles/new", fields), "form after \(action)")
        }
    }

    @Test func escapesProfiles() throws {
        let canary = JSONValue.string(Self.canary).compact
        let id = try fixture.make(
            """
            {"title": "Orders", "http_method": "POST", "url": "https://93.184.215.14/?a=\(
                Self.canary.replacing("\"", with: "\\\"").replacing(" ", with: "%20"))",
             "body": {"a": \(canary), \(canary): 1}, "headers": {"X-A": \(canary)},
             "response_message": \(canary)}
            """)
        for target in ["/profiles", "/profiles/\(id)", "/profiles/\(id)/edit"] {
            expectEscaped(visitor.get(target), target)
        }
        expectEscaped(
            visitor.post("/profiles/\(id)/test", [("variables", "{\"\(Self.canary)")]), "test")
    }

    @Test func escapesAttempts() throws {
        let id = try fixture.profile()
        let attempt = Attempt(
            company: WebUIFixture.own, callbackID: Self.canary,
            finishedAt: fixture.now.withLock { $0 },
            outcome: .failed, profileID: id, event: Self.canary)
        try fixture.record([attempt])
        expectEscaped(visitor.get("/profiles/\(id)"), "attempt")
    }

    @Test func escapesAddresses() throws {
        let encoded = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cb%20x"
        for parameter in ["title", "http_method", "created_from", "created_to", "offset"] {
            let answer = visitor.get("/profiles?\(parameter)=\(encoded)")
            #expect(!answer.text.contains("<script") && !answer.text.contains("<b x"))
        }
        expectEscaped(visitor.get("/profiles?title=\(encoded)"), "filter")
        expectEscaped(fixture.ask("GET", "/sign-in?next=\(encoded)"), "sign-in")
        for target in ["/profiles/\(encoded)", "/reports/\(encoded)", "/profiles?done=\(encoded)"] {
            #expect(!visitor.get(target).text.contains("script"))
        }
        let kept = fixture.ask("POST", "/profiles/new", "title=\(Self.canary)")
        #expect(kept.status == 401)
        expectEscaped(kept, "kept")
    }

    @Test func showsNoPathsOfTheServer() {
        fixture.configuration.withLock { $0 = "{" }
        for target in ["/settings", "/reports/daily", "/profiles"] {
            let answer = visitor.get(target)
            #expect(answer.status == 200 && !answer.text.contains("/c"), "\(target)")
        }
        #expect(fixture.told.withLock { $0.count } == 3)
    }

    // MARK: Secrets

    @Test func showsNoSecretsOfAProfile() throws {
        let id = try fixture.make(Self.secretive)
        let answers = [
            "/profiles", "/profiles/\(id)", "/profiles/\(id)/edit", "/profiles/\(id)/test",
        ].map { visitor.get($0) }
        for answer in answers {
            #expect(answer.status == 200 && !answer.text.contains("CANARY"))
            #expect(!answer.text.contains("Q0FOQVJZ"))
        }
        // A form with errors contains only what was just typed.
        let refused = visitor.post(
            "/profiles/\(id)/edit",
            Visitor.profile([("title", "x"), ("version", "1"), ("algo", "AES-128-GCM")]))
        #expect(refused.status == 400 && !refused.text.contains("CANARY"))
    }

    static let secretive = """
        {"title": "Orders", "http_method": "POST", "url": "https://93.184.215.14/in",
         "body": {"to": "<mobile>"}, "headers": {"x-api-key": "CANARY-1", "X-Plain": "seen"},
         "enc": {"algo": "AES-128-CFB", "key": "CANARY-012345678", "IV": "CANARY-fixed-iv1"},
         "signing": {"secret": "whsec_Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZ"},
         "auth": {"url": "https://93.184.215.14/token", "clientID": "me",
                  "clientSecret": "CANARY-2", "scope": "all", "password": "CANARY-3"}}
        """

    // MARK: Companies

    @Test func showsNothingOfAnotherCompany() throws {
        let id = try fixture.profile(company: WebUIFixture.other)
        let nowhere = "IN_00000000-0000-4000-8000-000000000000"
        let fields = Visitor.profile([("version", "1"), ("callback_id", "c-1")])
        for page in Page.allCases where page.pattern.contains("{id}") && page.needsSession {
            guard page != .reports, page != .mail else { continue }
            for method in page.methods {
                let answers = [id, nowhere].map { subject in
                    let target = PageURL.of(page, subject)
                    let answer =
                        method == "GET" ? visitor.get(target) : visitor.post(target, fields)
                    return (answer.status, answer.text.replacing(subject, with: "ID"))
                }
                #expect(answers[0].0 == 404 && answers[0] == answers[1], "\(page) \(method)")
            }
        }
        let other = try Visitor(fixture, key: fixture.otherKey)
        #expect(other.get("/profiles/\(id)").text.contains("<dt>Version</dt><dd>1</dd>"))
        #expect(visitor.get("/profiles").text.contains("0 profiles"))
    }

    @Test func replaysNothingOfAnotherCompany() throws {
        let (own, theirs) = (
            try fixture.profile(), try fixture.profile(company: WebUIFixture.other)
        )
        try fixture.trigger(theirs, "c-1", company: WebUIFixture.other)
        let answer = visitor.post("/profiles/\(own)/replay", [("callback_id", "c-1")])
        #expect(answer.status == 404)
        #expect(answer.text.contains("This page does not exist."))
    }

    // MARK: Documents

    @Test func allowsNoScriptsOnAnyPage() throws {
        let id = try fixture.profile()
        for target in TokenTests.pages(id) + ["/profiles/nowhere", "/sign-in"] {
            let answer = target == "/sign-in" ? fixture.ask("GET", target) : visitor.get(target)
            let policy = answer[header: "content-security-policy"] ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; "), "\(target)")
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
            #expect(answer[header: "cache-control"] == "no-store")
            #expect(answer[header: "x-content-type-options"] == "nosniff")
            #expect(
                answer.text.firstMatch(of: #/<script|<style|\sstyle=|\son[a-z]+=|javascript:/#)
                    == nil)
        }
    }

    @Test func servesTheStyleSheetAsImmutable() throws {
        let text = fixture.ask("GET", "/sign-in").text
        let address = try #require(text.firstMatch(of: #/href="(/style\.css\?[0-9a-f]{16})"/#)?.1)
        let style = fixture.ask("GET", String(address))
        #expect(style[header: "content-type"] == "text/css; charset=utf-8")
        #expect(style[header: "cache-control"] == "public, max-age=31536000, immutable")
        #expect(fixture.ask("GET", "/icon.svg")[header: "content-type"] == "image/svg+xml")
    }

    @Test func allTemplatesAreValidAndEscaped() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../templates/pages")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.standardized.path)
        let names = files.filter { $0.hasSuffix(".mustache") }.map { String($0.dropLast(9)) }
        #expect(Set(names) == Set(PageTemplates.sources.keys))
        for (name, bytes) in PageTemplates.sources {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name)")
            _ = try Template(text, name: name)
        }
        #expect(PageTemplates.all.count == PageTemplates.sources.count)
    }

    /// Their memory is limited separately from that of requests with a key.
    @Test(arguments: ["/sign-in", "/sign-out", "/profiles/new"])
    func countsABodyAgainstTheSignedInCompany(_ target: String) {
        func client(_ cookie: String) -> String?? {
            let head = RequestHead(method: "POST", target: target, headers: [("Cookie", cookie)])
            guard case .body(let client, _) = fixture.site.receive(head) else { return .none }
            return .some(client)
        }
        #expect(client("callback-session=\(String(repeating: "0", count: 64))") == .some(nil))
        let own = target == "/profiles/new" ? WebUIFixture.own : nil
        #expect(client(visitor.cookie) == .some(own))
    }
}
