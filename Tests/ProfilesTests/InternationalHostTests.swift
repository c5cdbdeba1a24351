import JSON
import TestSupport
import Testing

@testable import Profiles

/// All code that creates, checks or sends callbacks to an international host uses its ASCII form.
@Suite struct InternationalHostTests {
    private let fixture: ProfilesFixture

    init() throws {
        fixture = try ProfilesFixture()
    }

    private func request(toHost host: String) -> String {
        ProfilesTests.request().replacing("hooks.example.com", with: host)
    }

    @Test(arguments: ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
    func sendsToASCIIHost(host: String) throws {
        let request = try fixture.profile(request(toHost: host)).request(
            for: event(), at: ProfilesFixture.start)
        #expect(request.url == "https://xn--bcher-kva.example/in")
    }

    @Test func sendsBareURLsToASCIIHost() throws {
        let request = try CallbackRequest(get: "http://bücher.example:81/?a=ü", for: event())
        #expect(request.url == "http://xn--bcher-kva.example:81/?a=%C3%BC")
    }

    @Test func checksASCIIHost() throws {
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

    @Test func requestsTokensFromASCIIHost() throws {
        let text = ProfilesTests.request(
            #""auth": {"url": "https://bücher.example/t?a={b}", "clientID": "i","#
                + #" "clientSecret": "s"}"#)
        #expect(throws: ProfileFaults.self) { try settings(text) }
        let auth = try settings(text.replacing("{b}", with: "b")).auth
        #expect(auth?.url == "https://bücher.example/t?a=b")
        #expect(auth?.requestURL == "https://xn--bcher-kva.example/t?a=b")
    }

    /// Stored credentials may be damaged or come from an older version.
    @Test(arguments: ["https://a.example\\@127.0.0.1/", "https://u@a.example/", "a.example"])
    func sendsNoTokenRequestToAnInvalidURL(url: String) throws {
        let text = ProfilesTests.request(
            #""auth": {"url": "https://a.example/", "clientID": "i", "clientSecret": "s"}"#)
        var credentials = try #require(try settings(text).auth)
        credentials.url = url
        #expect(credentials.requestURL == "")
    }

    @Test(arguments: ["é-.example", "\(String(repeating: "é", count: 60)).example"])
    func rejectsHostWithoutASCIIForm(host: String) throws {
        let words = "must name a host that is valid in DNS: the name has no ASCII form (IDNA)"
        #expect(try faults(in: request(toHost: host)) == ["body/url \(words)"])
    }
}
