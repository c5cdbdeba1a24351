import JSON
import TestSupport
import Testing

@testable import Profiles

/// Whoever creates, judges or sends a callback to an international host sees its ASCII form.
@Suite struct InternationalHostTests {
    private let bench: ProfilesFixture

    init() throws {
        bench = try ProfilesFixture()
    }

    private func request(toHost host: String) -> String {
        ProfilesTests.request().replacing("hooks.example.com", with: host)
    }

    @Test(arguments: ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
    func sendsToTheASCIIForm(host: String) throws {
        let request = try bench.profile(request(toHost: host)).request(
            for: event(), at: ProfilesFixture.start)
        #expect(request.url == "https://xn--bcher-kva.example/in")
    }

    @Test func sendsBareURLsToTheASCIIForm() throws {
        let request = try CallbackRequest(get: "http://bücher.example:81/?a=ü", for: event())
        #expect(request.url == "http://xn--bcher-kva.example:81/?a=%C3%BC")
    }

    @Test func judgesTheASCIIForm() throws {
        let text = ProfilesTests.request(
            #""auth": {"url": "https://ｌｏｃａｌ.example", "clientID": "i", "clientSecret": "s"}"#
        ).replacing("hooks.example.com", with: "bücher.example")
        var hosts: [String] = []
        _ = try ProfileSettings(request: JSONValue(parsing: text)) { host in
            hosts.append(host)
            return nil
        }
        #expect(hosts == ["xn--bcher-kva.example", "local.example"])
    }

    @Test func asksTheTokenServerUnderItsASCIIForm() throws {
        let text = ProfilesTests.request(
            #""auth": {"url": "https://bücher.example/t?a={b}", "clientID": "i","#
                + #" "clientSecret": "s"}"#)
        #expect(throws: ProfileFaults.self) { try settings(text) }
        let auth = try settings(text.replacing("{b}", with: "b")).auth
        #expect(auth?.url == "https://bücher.example/t?a=b")
        #expect(auth?.requestURL == "https://xn--bcher-kva.example/t?a=b")
    }

    @Test(arguments: ["é-.example", "\(String(repeating: "é", count: 60)).example"])
    func refusesAHostWithoutAnASCIIForm(host: String) throws {
        let words = "must name a host that DNS can have: the name has no ASCII form (IDNA)"
        #expect(try faults(in: request(toHost: host)) == ["body/url \(words)"])
    }
}
