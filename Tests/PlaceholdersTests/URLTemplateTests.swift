import JSON
import Placeholders
import Testing
import TextSupport

@Suite struct URLTemplateTests {
    private func filled(_ url: String, _ values: [String: JSONValue]) throws -> String {
        try URLTemplate(url).filled(filler(values))
    }

    static let fills: [(String, String)] = [
        ("https://h.example/<v>/x", "https://h.example/a%2Fb%3Fc%23d%20%26%25%C3%A9/x"),
        ("https://h.example/?q=<v>&r={v}", "https://h.example/?q=\(encoded)&r=\(encoded)"),
        ("https://h.example?<v>", "https://h.example?\(encoded)"),
        ("https://h.example/#{{v}}", "https://h.example/#\(encoded)"),
        ("HTTPS://H.Example:8443/a", "https://H.Example:8443/a"),
        ("http://[::1]:80/<v>", "http://[::1]:80/\(encoded)"),
        ("https://h.example/a b/é?\"<u>\"", "https://h.example/a%20b/%C3%A9?%22<u>%22"),
        ("https://h.example/%41/%2e%2e/..", "https://h.example/%41/%2e%2e/.."),
        ("https://h.example//a//<none>/b", "https://h.example//a///b"),
        ("https://bücher.example:8443/ü", "https://xn--bcher-kva.example:8443/%C3%BC"),
        ("https://BÜCHER。example/<v>", "https://xn--bcher-kva.example/\(encoded)"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),
    ]

    private static let encoded = "a%2Fb%3Fc%23d%20%26%25%C3%A9"

    @Test(arguments: fills)
    func encodesForPathAndQuery(template: String, url: String) throws {
        #expect(try filled(template, ["v": "a/b?c#d &%é", "none": .null]) == url)
    }

    @Test(arguments: [
        ("https://h/<v>/x", ".", "https://h/%252E/x"),
        ("https://h/<v>/x", "..", "https://h/%252E%252E/x"),
        ("https://h/.<v>/x", ".", "https://h/%252E%252E/x"),
        ("https://h/%2E<v>/x", ".", "https://h/%252E%252E/x"),
        ("https://h/<v><v>", ".", "https://h/%252E%252E"),
        ("https://h/<v>", "...", "https://h/..."), ("https://h/a<v>", "..", "https://h/a.."),
        ("https://h/<v>", "%2e%2e", "https://h/%252e%252e"),
        ("https://h/?<v>", "..", "https://h/?.."),
    ])
    func preventsPathTraversal(template: String, value: String, url: String) throws {
        #expect(try filled(template, ["v": .string(value)]) == url)
    }

    static let faults: [(String, URLFault)] = [
        ("", .scheme), ("h.example", .scheme), ("ftp://h.example/", .scheme),
        ("<scheme>://h.example/", .scheme), ("https:/h.example", .scheme),
        (" https://h.example", .scheme), ("javascript:https://x", .scheme),
        ("https://", .host), ("https:///x", .host), ("https://?x", .host),
        ("https://a b/", .host), ("https://a\\b/", .host), ("https://[::1/", .host),
        ("https://[x]/", .host), ("https://a%2eb/", .host), ("https://a,b/", .host),
        ("https://℀.example/", .host), ("https://％２ｅ.example/", .host),
        ("https://é-.example/", .international(reason: noASCIIForm)),
        (
            "https://\(String(repeating: "é", count: 60)).example/",
            .international(reason: noASCIIForm)
        ),
        ("https://é\0.example/", .international(reason: noASCIIForm)),
        ("https://é@h.example/", .user),
        ("https://é＠h.example/", .international(reason: noASCIIForm)),
        ("https://h.example:0/", .port), ("https://h.example:65536/", .port),
        ("https://h.example:x/", .port), ("https://h.example:/", .port),
        ("https://h.example:80:80/", .port),
        ("https://user@h.example/", .user), ("https://user:pass@h.example/", .user),
        ("https://h.example\\@evil.example/", .user),
        ("https://<host>/", .placeholder), ("https://h.<tld>/", .placeholder),
        ("https://h.example:<port>/", .placeholder), ("https://{host}/", .placeholder),
        ("https://h.example<path>", .placeholder), ("https://{{host}}/", .placeholder),
    ]

    private static let noASCIIForm = "the name has no ASCII form (IDNA)"

    @Test(arguments: faults)
    func rejectsInvalidEndpoints(url: String, fault: URLFault) {
        #expect(throws: fault) { try URLTemplate(url) }
    }

    @Test(arguments: [
        ("https://h.example:80/x", "h.example"), ("http://[::1]/", "::1"),
        ("http://0x7f.1?", "0x7f.1"), ("http://faß.example", "xn--fa-hia.example"),
    ])
    func returnsTheHost(url: String, host: String) throws {
        #expect(try URLTemplate(url).host == host)
    }
}
