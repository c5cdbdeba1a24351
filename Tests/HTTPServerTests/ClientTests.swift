import EgressPolicy
import HTTPServer
import Testing

/// Tests of the client address, determined from the connection and the proxies.
@Suite struct ClientTests {
    private func head(
        _ peer: String, _ forwarded: [String], _ networks: [String] = []
    ) -> RequestHead {
        RequestHead(
            method: "GET", target: "/",
            headers: forwarded.map { (name: "X-Forwarded-For", value: $0) }, peer: peer,
            proxies: TrustedProxies(networks.compactMap { Network($0) }))
    }

    @Test(arguments: [
        ("192.0.2.7", [], "192.0.2.7"), ("2001:db8::7", [], "2001:db8::7"),
        // Other machines cannot claim a client.
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        // The last address is the one that the proxy saw.
        ("127.0.0.1", ["8.8.8.8, 198.51.100.1"], "198.51.100.1"),
        ("::1", ["8.8.8.8", "198.51.100.1"], "198.51.100.1"),
        ("::ffff:127.0.0.1", ["2001:DB8:0::1"], "2001:db8::1"),
        // Two chained proxies on one machine.
        ("127.0.0.1", ["198.51.100.1, 127.0.0.2"], "198.51.100.1"),
        // Invalid addresses are ignored.
        ("127.0.0.1", ["198.51.100.1, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"), ("127.0.0.1", ["198.51.100.1,"], "127.0.0.1"),
        ("127.0.0.1", ["a\u{1B}[2J"], "127.0.0.1"),
        // Some proxies add the port.
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
    ])
    func trustsAProxyOnThisMachine(_ peer: String, _ forwarded: [String], _ client: String) {
        #expect(head(peer, forwarded).client == client)
    }

    @Test(arguments: [
        ("10.1.0.5", ["8.8.8.8, 198.51.100.1"], "198.51.100.1", true),
        ("10.1.0.5", ["8.8.8.8, 198.51.100.1, 10.1.0.9"], "198.51.100.1", true),
        ("::ffff:10.1.0.5", ["198.51.100.1"], "198.51.100.1", true),
        ("fd00::5", ["198.51.100.1"], "198.51.100.1", true),
        // All of them are trusted, so the first one is the client.
        ("10.1.0.5", ["10.1.0.6, 10.1.0.7"], "10.1.0.6", true),
        ("10.2.0.5", ["198.51.100.1"], "10.2.0.5", false),
    ])
    func trustsTheConfiguredProxies(
        _ peer: String, _ forwarded: [String], _ client: String, _ isFromProxy: Bool
    ) {
        let head = head(peer, forwarded, ["10.1.0.0/24", "fd00::5"])
        #expect(head.client == client && head.isFromProxy == isFromProxy)
    }
}
