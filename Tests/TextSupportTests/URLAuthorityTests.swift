import Testing
import TextSupport

/// URLs that programs read differently, so that a check of the host can be deceived.
@Suite struct URLAuthorityTests {
    static let rejected: [(String, URLFault)] = [
        // User names: which "@" ends them?
        ("http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", .user), ("http://a@b@c/", .user),
        ("http://a.example:80@127.0.0.1/", .user), ("http://a.example:80 @127.0.0.1/", .user),
        ("http://a.example:@127.0.0.1/", .user), ("http://@127.0.0.1/", .user),
        ("http://127.0.0.1%2523@a.example/", .user), ("http://[::1]@a.example/", .user),
        // Backslashes: slashes for browsers, characters for others.
        ("http://a.example\\@127.0.0.1/", .user), ("http://127.0.0.1\\.a.example/", .host),
        ("http://a.example\\127.0.0.1", .host), ("http:\\\\127.0.0.1/", .scheme),
        ("http:/\\127.0.0.1/", .scheme), ("http://\\127.0.0.1/", .host),
        ("http://127.0.0.1:80\\@a.example/", .user), ("http://127.0.0.1:80\\a", .port),
        // Control characters and spaces: removed, ended at, or sent.
        ("http://127.0.0.1\t.a.example/", .host), ("http://127.0.0.1\n.a.example/", .host),
        ("http://127.0.0.1\r\nHost: a/", .host), ("http://127.0.0.1\0.a.example/", .host),
        ("ht\ntp://a.example/", .scheme), ("\u{1}http://a.example/", .scheme),
        (" http://a.example/", .scheme), ("http://a.example :80/", .host),
        ("http://a.example:80 /", .port), ("http://a.example:8\t0/", .port),
        // Escapes and separators in hosts.
        ("http://127%2e0.0.1/", .host), ("http://a%00.example/", .host),
        ("http://a.example%0d%0aX/", .host), ("http://a.example;.b.example/", .host),
        ("http://a.example&b.example/", .host), ("http://a.example,b.example/", .host),
        ("http://a.example!b/", .host), ("http://a.example~b/", .host),
        // Without a converter, no character that could become another host.
        ("http://１２７.0.0.1/", .host), ("http://127。0。0。1/", .host),
        ("http://a\u{AD}.example/", .host), ("http://\u{200B}127.0.0.1/", .host),
        // Slashes and schemes.
        ("http:///127.0.0.1/", .host), ("http:127.0.0.1/", .scheme), ("//127.0.0.1/", .scheme),
        ("file:///etc/passwd", .scheme), ("gopher://127.0.0.1/", .scheme),
        ("url:http://127.0.0.1/", .scheme), ("http://", .host), ("http://?127.0.0.1", .host),
        // Ports and brackets.
        ("http://127.0.0.1:11211:80/", .port), ("http://a.example:+80/", .port),
        ("http://a.example:0x50/", .port), ("http://a.example:65536/", .port),
        ("http://a.example:٨٠/", .port), ("http://[::1/", .host), ("http://::1]/", .host),
        ("http://[::1]a.example/", .host), ("http://[a.example]/", .host),
        ("http://[fe80::1%25eth0]/", .host), ("http://1[::1]/", .host),
    ]

    @Test(arguments: rejected)
    func rejectsWhatProgramsReadDifferently(url: String, fault: URLFault) {
        #expect(throws: fault) { try URLAuthority(startOf: url) }
    }

    @Test(arguments: [
        ("http://a.example#@127.0.0.1/", "a.example", "#@127.0.0.1/"),
        ("http://a.example?@127.0.0.1/", "a.example", "?@127.0.0.1/"),
        ("http://a.example/@127.0.0.1/", "a.example", "/@127.0.0.1/"),
        ("http://a.example/\\@127.0.0.1/", "a.example", "/\\@127.0.0.1/"),
        ("http://[::ffff:127.0.0.1]:80/", "::ffff:127.0.0.1", "/"),
        ("http://0x7f.1/", "0x7f.1", "/"), ("http://2130706433", "2130706433", ""),
        ("http://localhost./", "localhost.", "/"), ("HTTPS://A.example/", "A.example", "/"),
    ])
    func returnsHostAndRest(url: String, host: String, rest: String) throws {
        let authority = try URLAuthority(startOf: url)
        #expect(authority.host == host && authority.rest == rest)
        #expect(authority.origin.hasPrefix(url.hasPrefix("HTTPS") ? "https://" : "http://"))
    }

    @Test func validatesWhatTheConverterReturns() throws {
        let url = "http://℀.example:8080/b"
        #expect(throws: URLFault.host) { try URLAuthority(startOf: url) { _ in "a/c.example" } }
        let authority = try URLAuthority(startOf: url) { _ in "xn--a.example" }
        #expect(authority.origin == "http://xn--a.example:8080" && authority.rest == "/b")
    }
}
