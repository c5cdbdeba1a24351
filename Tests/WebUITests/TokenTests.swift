import HTTPServer
import Testing

@testable import WebUI

/// Protection against forged form submissions.
@Suite struct TokenTests {
    private let fixture: WebUIFixture
    private let visitor: Visitor
    private let id: String

    init() throws {
        fixture = try WebUIFixture()
        visitor = try Visitor(fixture)
        id = try fixture.profile()
    }

    @Test(arguments: Page.allCases.filter { $0.methods.contains("POST") && $0.needsSession })
    func doesNothingWithoutTheSessionsToken(_ page: Page) throws {
        let stranger = try Visitor(fixture)
        for token in ["", "x", stranger.token, String(repeating: "0", count: 64)] {
            let fields = Visitor.profile([("title", "Stolen"), ("version", "1")])
            let answer = fixture.ask(
                "POST", PageURL.of(page, id), Visitor.form(fields + [("token", token)]),
                cookie: visitor.cookie)
            // The submitted form is shown again with the correct token, or nothing happens.
            #expect(answer.status == (page.hasForm ? 200 : 403), "\(page) \(token)")
            #expect(answer.token == visitor.token)
        }
        let list = visitor.get("/profiles").text
        #expect(list.contains("1 profile</p>") && !list.contains("Stolen"))
        #expect(visitor.get("/profiles/\(id)").text.contains("<dt>Version</dt><dd>1</dd>"))
    }

    @Test func everyFormContainsAToken() throws {
        for target in Self.pages(id) {
            let text = visitor.get(target).text
            let forms = text.split(separator: "<form ").dropFirst().filter {
                $0.prefix { $0 != ">" }.contains("method=\"post\"")
            }
            #expect(!forms.isEmpty)
            for form in forms {
                #expect(form.contains("name=\"token\" value=\"\(visitor.token)\""), "\(target)")
            }
        }
    }

    static func pages(_ id: String) -> [String] {
        [
            "/profiles", "/profiles/new", "/profiles/new?channel=sms", "/profiles/\(id)",
            "/profiles/\(id)/edit", "/profiles/\(id)/test", "/profiles/\(id)/delete",
            "/reports/daily", "/settings",
        ]
    }

    @Test func keepsSubmittedValuesWhenTheSessionHasEnded() throws {
        fixture.advance(seconds: Sessions.maxDuration)
        let typed = Visitor.profile([("title", "Half an hour of work"), ("http_method", "PUT")])
        let refused = fixture.ask(
            "POST", "/profiles/new", Visitor.form(typed), cookie: visitor.cookie)
        #expect(refused.status == 401 && refused.text.contains("your input is kept"))
        let kept = refused.value(of: "kept").replacing("&amp;", with: "&")
        #expect(refused.value(of: "next") == "/profiles/new")
        let again = Visitor.signIn(
            fixture, fixture.key, more: [("next", "/profiles/new"), ("kept", kept)])
        #expect(again.status == 200 && again.text.contains("value=\"Half an hour of work\""))
        #expect(again.text.contains("so nothing was saved"))
        #expect(again.text.contains("<option value=\"PUT\" selected>"))
        let cookie = try #require(again.cookie("callback-session"))
        #expect(fixture.ask("GET", "/profiles", cookie: cookie).text.contains("1 profile</p>"))
    }

    @Test func reportsTheAllowedMethodsOfAPage() {
        let answer = visitor.post("/profiles")
        #expect(answer.status == 405 && answer[header: "allow"] == "GET")
        #expect(visitor.get("/sign-out")[header: "allow"] == "POST")
    }
}
