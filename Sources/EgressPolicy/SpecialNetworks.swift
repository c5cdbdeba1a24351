/// Networks that callbacks are never sent to, with their kinds.
///
/// Based on the IANA special-purpose address registries of October 2025:
/// https://www.iana.org/assignments/iana-ipv4-special-registry and
/// https://www.iana.org/assignments/iana-ipv6-special-registry. The list contains all networks that
/// are not globally reachable, and those whose hosts are not on the public internet.
enum SpecialNetworks {
    struct Entry: Sendable {
        let network: Network
        let name: String

        init?(_ network: String, _ name: String) {
            guard let network = Network(network) else { return nil }
            self.network = network
            self.name = name
        }
    }

    /// Returns the kind of the network that contains an IPv4 address, or nil if the address is
    /// public.
    static func name(ofIPv4 address: IPAddress) -> String? {
        v4.first { $0.network.contains(address) }?.name
    }

    /// Returns the kind of the network that contains an IPv6 address, regardless of embedded
    /// addresses.
    static func name(ofIPv6 address: IPAddress) -> String? {
        if let entry = v6.first(where: { $0.network.contains(address) }) { return entry.name }
        return isGlobalUnicast(address) ? nil : "an unassigned"
    }

    /// So far, IANA has only assigned addresses in 2000::/3.
    private static func isGlobalUnicast(_ address: IPAddress) -> Bool {
        address.bits >> 125 == 1
    }

    private static let v4 = [
        Entry("0.0.0.0/8", "a reserved (0.0.0.0/8)"),
        Entry("10.0.0.0/8", "a private"),
        Entry("100.64.0.0/10", "a carrier-grade NAT"),
        Entry("127.0.0.0/8", "a loopback"),
        Entry("169.254.0.0/16", "a link-local"),
        Entry("172.16.0.0/12", "a private"),
        Entry("192.0.0.0/24", "an IETF protocol"),
        Entry("192.0.2.0/24", "a documentation"),
        Entry("192.88.99.0/24", "a 6to4 relay"),
        Entry("192.168.0.0/16", "a private"),
        Entry("198.18.0.0/15", "a benchmark"),
        Entry("198.51.100.0/24", "a documentation"),
        Entry("203.0.113.0/24", "a documentation"),
        Entry("224.0.0.0/4", "a multicast"),
        Entry("255.255.255.255/32", "a broadcast"),
        Entry("240.0.0.0/4", "a reserved"),
        // A public address that the host of every Azure VM answers.
        Entry("168.63.129.16/32", "a metadata"),
    ].compactMap(\.self)

    private static let v6 = [
        Entry("::/128", "an unspecified"),
        Entry("::1/128", "a loopback"),
        Entry("::/96", "an IPv4-compatible"),
        Entry("64:ff9b:1::/48", "a local NAT64"),
        Entry("100::/64", "a discard-only"),
        Entry("100:0:0:1::/64", "a reserved (dummy prefix)"),
        Entry("2001::/32", "a Teredo"),
        Entry("2001:2::/48", "a benchmark"),
        Entry("2001::/23", "an IETF protocol"),
        Entry("2001:db8::/32", "a documentation"),
        Entry("2002::/16", "a 6to4"),
        Entry("3fff::/20", "a documentation"),
        Entry("5f00::/16", "a segment routing"),
        Entry("fc00::/7", "a unique local"),
        Entry("fe80::/10", "a link-local"),
        Entry("fec0::/10", "a site-local"),
        Entry("ff00::/8", "a multicast"),
    ].compactMap(\.self)
}
