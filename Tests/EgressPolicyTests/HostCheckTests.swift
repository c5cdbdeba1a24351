import EgressPolicy
import Testing

@Suite struct HostCheckTests {
    /// Notations of a loopback address that get past text comparisons.
    @Test(
        "all notations of a host are checked by address",
        arguments: [
            "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
            "017700000001", "0x7f.0x0.0x0.0x1", "[::1]", "::1", "[::ffff:127.0.0.1]", "localhost",
        ])
    func loopback(host: String) {
        guard case .blocked(_, let kind) = HostCheck.check(host, by: AddressGuard()) else {
            Issue.record("\(host) is not blocked")
            return
        }
        #expect(kind == "a loopback")
    }

    @Test func publicAddressIsAllowed() {
        #expect(HostCheck.check("8.8.8.8", by: AddressGuard()) == .allowed)
        #expect(HostCheck.check("[2606:4700::1111]", by: AddressGuard()) == .allowed)
    }

    @Test func exceptionIsAllowed() throws {
        let rules = AddressGuard(allowing: [try #require(Network("127.0.0.0/8"))])
        #expect(HostCheck.check("127.0.0.1", by: rules) == .allowed)
    }

    @Test func unknownHostIsUnknown() {
        // The label is too long, so no name server is queried.
        let name = String(repeating: "a", count: 64) + ".invalid"
        #expect(HostCheck.check(name, by: AddressGuard()) == .unknown)
    }
}
