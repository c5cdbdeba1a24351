import TestSupport
import Testing

@testable import Ingest

@Suite struct OriginTests {
    @Test(arguments: [
        ("https://hooks.example.com/a/b?c#d", "https://hooks.example.com"),
        ("HTTPS://Hooks.Example.COM", "https://hooks.example.com"),
        ("https://hooks.example.com:8443/", "https://hooks.example.com:8443"),
        ("https://hooks.example.com:443/", "https://hooks.example.com"),
        ("http://hooks.example.com:80", "http://hooks.example.com"),
        ("http://hooks.example.com:443", "http://hooks.example.com:443"),
        ("https://user:secret@hooks.example.com/", "https://hooks.example.com"),
        ("https://a@b:c@d.example?x@y", "https://d.example"),
        ("https://d.example?user@other.example", "https://d.example"),
        (#"https://d.example\@other.example"#, "https://d.example"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080"),
        ("http://127.0.0.1:00080/", "http://127.0.0.1"),
        ("https://bücher.example/", "https://bücher.example"),
    ])
    func schemeHostAndPortAreKept(url: String, expected: String) {
        #expect(Array(url.utf8).withBytes(Origin.of) == expected)
    }

    @Test(arguments: [
        "", "hooks.example.com", "/path", "https:/a.example", "https://", "https://:80", "://a",
        "1http://a", "https://a b/", "https://a:99999", "https://a:0", "https://a:x", "http://[::1",
        "http://[]", "http://[::1]x", "mailto:a@b.example", "https://user:secret@", "https://a\n.b",
    ])
    func invalidURLHasNoOrigin(url: String) {
        #expect(Array(url.utf8).withBytes(Origin.of) == nil)
    }

    @Test func fastPathAgreesWithGeneralRule() {
        var random = SeededRandom(seed: 8)
        let parts = [
            "https://", "http://", "HTTPS://", "a", "b.", "-", ":443", ":80", "/", "?", "#", "é",
            "@", "%", "[", "_",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...7, using: &random)
            let text = (0..<count).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let url = Array((parts[Int.random(in: 0..<3, using: &random)] + text).utf8)
            #expect(url.withBytes(Origin.of) == url.withBytes(Origin.general))
        }
    }
}
