import API
import CivilTime
import HTTPServer
import Profiles
import Storage
import Testing

@testable import WebUI

@Suite struct SignInTests {
    private let fixture: WebUIFixture

    init() throws {
        fixture = try WebUIFixture()
    }

    private static let guarded = Page.allCases.filter(\.needsSession)

    @Test(arguments: guarded) func everyPageRequiresSigningIn(_ page: Page) throws {
        let id = try fixture.profile()
        let target = PageURL.of(page, id)
        for cookie in ["", "callback-session=" + String(repeating: "0", count: 64)] {
            if page.methods.contains("GET") {
                let answer = fixture.ask("GET", target, cookie: cookie)
                #expect(answer.status == 303 && answer.body.isEmpty)
                #expect(answer[header: "location"]?.hasPrefix("/sign-in") == true)
            }
            if page.methods.contains("POST") {
                let answer = fixture.ask("POST", target, "token=x&title=Stolen", cookie: cookie)
                #expect(answer.status == 401 && answer.text.contains("Sign in"))
            }
        }
        #expect(try Visitor(fixture).get("/profiles/\(id)").text.contains("Active"))
    }

    @Test func opensTheCompanyOfTheKey() throws {
        let visitor = try Visitor(fixture, key: fixture.otherKey)
        #expect(visitor.get("/profiles").text.contains(WebUIFixture.other))
        #expect(!visitor.get("/profiles").text.contains(WebUIFixture.own))
        #expect(visitor.get("/")[header: "location"] == "/profiles")
    }

    @Test func redirectsOnlyToTheRequestedPage() throws {
        let id = try fixture.profile()
        let asked = fixture.ask("GET", "/profiles/\(id)/edit?x=1")
        #expect(asked[header: "location"] == "/sign-in?next=%2Fprofiles%2F\(id)%2Fedit%3Fx%3D1")
        for (next, place) in [
            ("/profiles/\(id)/edit?x=1", "/profiles/\(id)/edit?x=1"), ("", "/profiles"),
            ("//evil.example/profiles", "/profiles"), ("https://evil.example/", "/profiles"),
            ("/\\evil.example", "/profiles"), ("/sign-out", "/profiles"),
            ("/profiles?x=\r\nSet-Cookie: a=b", "/profiles"), ("/nowhere", "/profiles"),
        ] {
            let answer = Visitor.signIn(fixture, fixture.key, more: [("next", next)])
            #expect(answer.status == 303 && answer[header: "location"] == place, "\(next)")
        }
    }

    @Test func restrictsTheCookieToThisSite() throws {
        let plain = Visitor.signIn(fixture, fixture.key)
        let set = plain.headers.filter { $0.name == "Set-Cookie" }.map(\.value)
        #expect(set.count == 2)
        #expect(
            set[0].wholeMatch(
                of: #/callback-session=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict/#) != nil)
        #expect(set[1] == "callback-visitor=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
        let proxied = Visitor.signIn(
            fixture, fixture.key, headers: [("X-Forwarded-Proto", "https")], peer: "127.0.0.1")
        #expect(
            proxied.headers.first { $0.name == "Set-Cookie" }?.value.wholeMatch(
                of:
                    #/__Host-callback-session=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Secure/#
            ) != nil)
        // Only a proxy on this machine is trusted.
        let claimed = Visitor.signIn(
            fixture, fixture.key, headers: [("X-Forwarded-Proto", "https")])
        #expect(claimed.cookie("callback-session") != nil)
    }

    @Test func countsInvalidKeysTogetherWithTheAPI() throws {
        func wrong(_ number: Int) -> Response { Visitor.signIn(fixture, "A\(number)") }
        for number in 1...5 {
            let answer = wrong(number)
            #expect(answer.status == 401)
            #expect(answer.text.contains("Invalid API key. Check that you copied all of it"))
        }
        for number in 6...10 {
            #expect(ask("A\(number)").status == 401)
        }
        let stopped = wrong(11)
        #expect(stopped.status == 429 && stopped[header: "retry-after"] == "60")
        #expect(stopped.text.contains("Try again in 60 seconds"))
        #expect(ask("A12").status == 429)
        // A valid key is still accepted from there.
        #expect(Visitor.signIn(fixture, fixture.key).status == 303)
        fixture.advance(seconds: 61)
        #expect(wrong(13).status == 401)
    }

    private func ask(_ key: String) -> Response {
        fixture.ask(
            "GET", "/v1/\(WebUIFixture.own)/callback/profiles",
            headers: [(name: "api-key", value: key)])
    }

    @Test func endsASessionAfterAnHourWithoutARequest() throws {
        let visitor = try Visitor(fixture)
        fixture.advance(seconds: Sessions.idleTimeout - 1)
        #expect(visitor.get("/profiles").status == 200)
        fixture.advance(seconds: Sessions.idleTimeout - 1)
        #expect(visitor.get("/profiles").status == 200)
        fixture.advance(seconds: Sessions.idleTimeout)
        #expect(visitor.get("/profiles").status == 303)
    }

    @Test func endsASessionAfterTwelveHours() throws {
        let visitor = try Visitor(fixture)
        for _ in 1..<(Sessions.maxDuration / 1800) {
            fixture.advance(seconds: 1800)
            #expect(visitor.get("/profiles").status == 200)
        }
        fixture.advance(seconds: 1800)
        #expect(visitor.get("/profiles").status == 303)
    }

    @Test func endsASessionFromTheFuture() throws {
        fixture.advance(seconds: 100 * 86_400)
        let visitor = try Visitor(fixture)
        fixture.advance(seconds: -100 * 86_400)
        #expect(visitor.get("/profiles").status == 303)
    }

    @Test func limitsTheSessionsOfACompany() throws {
        let first = try Visitor(fixture)
        let other = try Visitor(fixture, key: fixture.otherKey)
        fixture.advance(seconds: 1)
        let second = try Visitor(fixture)
        fixture.advance(seconds: 1)
        for _ in 2..<Sessions.maxSessionsPerCompany { _ = try Visitor(fixture) }
        #expect(second.get("/profiles").status == 200)
        _ = try Visitor(fixture)
        // The least recently used session was replaced.
        #expect(first.get("/profiles").status == 303)
        #expect(second.get("/profiles").status == 200 && other.get("/profiles").status == 200)
    }

    @Test func revokingAKeyEndsItsSessions() throws {
        let visitor = try Visitor(fixture)
        #expect(visitor.get("/profiles").status == 200)
        let store = try fixture.stores().profiles
        let id = try #require(try store.keys(company: WebUIFixture.own).first?.id)
        #expect(try store.revokeKey(id))
        #expect(visitor.get("/profiles").status == 303)
    }

    @Test func signingOutEndsTheSession() throws {
        let visitor = try Visitor(fixture)
        #expect(
            visitor.fixture.ask("POST", "/sign-out", "token=x", cookie: visitor.cookie).status
                == 403)
        #expect(visitor.get("/profiles").status == 200)
        let out = visitor.post("/sign-out")
        #expect(out.status == 303 && out[header: "location"] == "/sign-in?out")
        #expect(out.headers.contains { $0.value.hasPrefix("callback-session=; ") })
        #expect(visitor.get("/profiles").status == 303)
    }

    @Test func eachSignInCreatesANewSession() throws {
        let visitors = try [Visitor(fixture), Visitor(fixture)]
        #expect(visitors[0].cookie != visitors[1].cookie)
        #expect(visitors[0].token != visitors[1].token)
        // A cookie that someone else has set does not become a session.
        let page = fixture.ask("GET", "/sign-in", cookie: "callback-session=fixed")
        let made = fixture.ask(
            "POST", "/sign-in", Visitor.form([("key", fixture.key), ("token", page.token)]),
            cookie: "callback-session=fixed; " + (page.cookie("callback-visitor") ?? ""))
        #expect(made.cookie("callback-session") != "callback-session=fixed")
    }

    @Test func rejectsUnknownCookies() {
        for strange in ["x", String(repeating: "%", count: 64), String(repeating: "A", count: 64)] {
            let made = fixture.ask("GET", "/sign-in", cookie: "callback-visitor=\(strange)")
                .cookie("callback-visitor")
            #expect(made != nil && made != "callback-visitor=\(strange)")
        }
        let own = fixture.ask("GET", "/sign-in").cookie("callback-visitor") ?? ""
        #expect(fixture.ask("GET", "/sign-in", cookie: own).cookie("callback-visitor") == own)
    }

    @Test func requiresTheVisitorsTokenToSignIn() {
        let page = fixture.ask("GET", "/sign-in")
        let form = Visitor.form([("key", fixture.key), ("token", page.token)])
        #expect(fixture.ask("POST", "/sign-in", form).status == 403)
        let stranger = fixture.ask("GET", "/sign-in").cookie("callback-visitor") ?? ""
        #expect(fixture.ask("POST", "/sign-in", form, cookie: stranger).status == 403)
        let own = page.cookie("callback-visitor") ?? ""
        #expect(fixture.ask("POST", "/sign-in", form, cookie: own).status == 303)
    }
}
