import Testing

@testable import EgressPolicy

/// Tests of which addresses are allowed, based on the IANA registries and in all notations.
@Suite struct AddressGuardTests {
    private func blockReason(_ text: String, allowing networks: [String] = []) throws -> String? {
        let rules = AddressGuard(allowing: try networks.map { try #require(Network($0)) })
        return rules.blockReason(for: try #require(IPAddress(text)))
    }

    /// The first and last address of each special network, and the adjacent public ones.
    static let v4: [(network: String, inside: [String], beside: [String], kind: String)] = [
        (
            "0.0.0.0/8", ["0.0.0.0", "0.0.0.1", "0.255.255.255"], ["1.0.0.0"],
            "a reserved (0.0.0.0/8)"
        ),
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"], "a private"
        ),
        (
            "100.64.0.0/10", ["100.64.0.0", "100.100.100.200", "100.127.255.255"],
            ["100.63.255.255", "100.128.0.0"], "a carrier-grade NAT"
        ),
        (
            "127.0.0.0/8", ["127.0.0.0", "127.0.0.1", "127.255.255.255"],
            ["126.255.255.255", "128.0.0.0"], "a loopback"
        ),
        (
            "169.254.0.0/16", ["169.254.0.0", "169.254.169.254", "169.254.255.255"],
            ["169.253.255.255", "169.255.0.0"], "a link-local"
        ),
        (
            "172.16.0.0/12", ["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"],
            "a private"
        ),
        (
            "192.0.0.0/24", ["192.0.0.0", "192.0.0.192", "192.0.0.255"],
            ["191.255.255.255", "192.0.1.0"], "an IETF protocol"
        ),
        (
            "192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"],
            "a documentation"
        ),
        (
            "192.88.99.0/24", ["192.88.99.0", "192.88.99.255"], ["192.88.98.255", "192.88.100.0"],
            "a 6to4 relay"
        ),
        (
            "192.168.0.0/16", ["192.168.0.0", "192.168.255.255"],
            ["192.167.255.255", "192.169.0.0"], "a private"
        ),
        (
            "198.18.0.0/15", ["198.18.0.0", "198.19.255.255"], ["198.17.255.255", "198.20.0.0"],
            "a benchmark"
        ),
        (
            "198.51.100.0/24", ["198.51.100.0", "198.51.100.255"],
            ["198.51.99.255", "198.51.101.0"], "a documentation"
        ),
        (
            "203.0.113.0/24", ["203.0.113.0", "203.0.113.255"], ["203.0.112.255", "203.0.114.0"],
            "a documentation"
        ),
        ("224.0.0.0/4", ["224.0.0.0", "239.255.255.255"], ["223.255.255.255"], "a multicast"),
        ("240.0.0.0/4", ["240.0.0.0", "255.255.255.254"], [], "a reserved"),
        ("255.255.255.255/32", ["255.255.255.255"], [], "a broadcast"),
        (
            "168.63.129.16/32", ["168.63.129.16"], ["168.63.129.15", "168.63.129.17"], "a metadata"
        ),
    ]

    @Test("IPv4 networks are blocked exactly", arguments: v4.indices)
    func networksOfIPv4(index: Int) throws {
        let row = Self.v4[index]
        for address in row.inside { #expect(try blockReason(address) == row.kind, "\(address)") }
        for address in row.beside { #expect(try blockReason(address) == nil, "\(address)") }
    }

    /// All notations of a blocked IPv4 address inside an IPv6 address.
    static let embedded: [(address: String, kind: String)] = [
        ("::ffff:127.0.0.1", "a loopback"), ("::ffff:7f00:1", "a loopback"),
        ("0:0:0:0:0:FFFF:7F00:0001", "a loopback"), ("::ffff:10.0.0.1", "a private"),
        ("::ffff:169.254.169.254", "a link-local"), ("::ffff:0.0.0.0", "a reserved (0.0.0.0/8)"),
        ("::127.0.0.1", "an IPv4-compatible"), ("::7f00:1", "an IPv4-compatible"),
        ("::8.8.8.8", "an IPv4-compatible"), ("64:ff9b::127.0.0.1", "a loopback"),
        ("64:ff9b::a00:1", "a private"), ("64:ff9b::169.254.169.254", "a link-local"),
        ("64:ff9b:1::8.8.8.8", "a local NAT64"), ("64:ff9b:1:ffff::1", "a local NAT64"),
        ("2002:7f00:1::", "a 6to4"), ("2002:808:808::1", "a 6to4"),
        ("2001:0:7f00:1::", "a Teredo"), ("2001::f5ff:fffe", "a Teredo"),
        ("::ffff:0:127.0.0.1", "an unassigned"), ("64:ff9b::1:127.0.0.1", "an unassigned"),
    ]

    @Test("IPv4 addresses inside IPv6 are detected", arguments: embedded)
    func insideIPv6(address: String, kind: String) throws {
        #expect(try blockReason(address) == kind)
    }

    static let v6: [(address: String, kind: String)] = [
        ("::", "an unspecified"), ("::1", "a loopback"), ("100::", "a discard-only"),
        ("100::ffff:ffff:ffff:ffff", "a discard-only"),
        ("100:0:0:1::1", "a reserved (dummy prefix)"),
        ("100:0:0:2::1", "an unassigned"), ("2001:2::", "a benchmark"),
        ("2001:1::1", "an IETF protocol"), ("2001:20::1", "an IETF protocol"),
        ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "an IETF protocol"),
        ("2001:db8::1", "a documentation"), ("3fff::1", "a documentation"),
        ("3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "a documentation"),
        ("5f00::1", "a segment routing"), ("fc00::1", "a unique local"),
        ("fd00:ec2::254", "a unique local"), ("fdff::1", "a unique local"),
        ("fe80::1", "a link-local"), ("febf::1", "a link-local"), ("fec0::1", "a site-local"),
        ("feff::1", "a site-local"), ("ff02::1", "a multicast"), ("ffff::1", "a multicast"),
        ("4000::1", "an unassigned"), ("1fff::1", "an unassigned"),
    ]

    @Test("IPv6 networks are blocked", arguments: v6)
    func networksOfIPv6(address: String, kind: String) throws {
        #expect(try blockReason(address) == kind)
    }

    @Test(
        "public addresses are allowed",
        arguments: [
            "8.8.8.8", "1.1.1.1", "93.184.215.14", "223.255.255.254", "2606:4700::1111",
            "2a00:1450:4001:80b::200e", "2001:200::1", "2001:4860:4860::8888", "2003::1",
            "3ffe::1", "2400::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        ])
    func openInternet(address: String) throws {
        #expect(try blockReason(address) == nil)
    }

    @Test("the operator's exceptions are allowed in all notations")
    func exceptions() throws {
        let allowed = ["127.0.0.0/8", "10.1.0.0/16", "::1", "fd00::/8"]
        for free in ["127.0.0.1", "10.1.2.3", "::ffff:127.0.0.1", "::1", "fd12::3"] {
            #expect(try blockReason(free, allowing: allowed) == nil, "\(free)")
        }
        for blocked in ["10.2.0.1", "fc00::1", "::127.0.0.1", "64:ff9b::127.0.0.1", "::2"] {
            #expect(try blockReason(blocked, allowing: allowed) != nil, "\(blocked)")
        }
    }

    @Test("bytes that are not an IP address are rejected", arguments: [0, 3, 5, 15, 17])
    func otherSizes(size: Int) {
        #expect(!AddressGuard().allows(bytes: [UInt8](repeating: 8, count: size)))
    }

    // MARK: This machine

    @Test(
        "a public address of this machine is blocked in all notations",
        arguments: [
            "93.184.215.14", "::ffff:93.184.215.14", "64:ff9b::93.184.215.14", "2606:4700::1111",
        ])
    func ownAddress(text: String) throws {
        let own = Set(["93.184.215.14", "2606:4700::1111"].compactMap { IPAddress($0) })
        let address = try #require(IPAddress(text))
        #expect(
            AddressGuard(own: OwnAddresses { own }).blockReason(for: address)
                == "this machine's own")
        #expect(AddressGuard(own: OwnAddresses { [] }).blockReason(for: address) == nil)
        let networks = ["93.184.215.14", "2606:4700::1111", "64:ff9b::/96"]
        let allowed = networks.compactMap { Network($0) }
        let rules = AddressGuard(allowing: allowed, own: OwnAddresses { own })
        #expect(rules.blockReason(for: address) == nil)
    }

    @Test func readsTheAddressesOfTheInterfaces() throws {
        // Every machine has this address.
        #expect(OwnAddresses.ofInterfaces().contains(try #require(IPAddress("127.0.0.1"))))
        #expect(OwnAddresses.ofThisMachine.contains(try #require(IPAddress("127.0.0.1"))))
        #expect(!OwnAddresses.ofInterfaces().contains(try #require(IPAddress("8.8.8.8"))))
    }
}
