import Curl
import Testing

@Suite struct HostNameTests {
    @Test(arguments: [
        ("bücher.test", "xn--bcher-kva.test"), ("BÜCHER.test", "xn--bcher-kva.test"),
        ("faß.de", "xn--fa-hia.de"), ("münchen。example", "xn--mnchen-3ya.example"),
        ("ｗｉｄｅ.com", "wide.com"), ("日本語.jp", "xn--wgv71a119e.jp"),
    ])
    func convertsInternationalNamesToASCII(name: String, ascii: String) throws {
        #expect(try HostName.ascii(name) == ascii)
    }

    @Test(arguments: ["", "EXAMPLE.com", "a_b", "::1", "x y", "xn--bcher-kva.test"])
    func returnsASCIINamesUnchanged(name: String) throws {
        #expect(try HostName.ascii(name) == name)
    }

    @Test(arguments: ["\u{301}a.com", "é b.com", "é/b.com", "é\0.com", "é-.com"])
    func rejectsInvalidNames(name: String) {
        #expect(throws: HostName.Failure.noASCIIForm) { try HostName.ascii(name) }
    }
}
