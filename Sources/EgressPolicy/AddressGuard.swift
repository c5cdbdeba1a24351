/// Decides to which addresses callbacks may go, for creating, testing and sending alike.
///
/// A customer chooses the URL, so it must not lead to what only the gateway can reach.
package struct AddressGuard: Sendable {
    /// Exceptions that the operator makes.
    package let allowed: [Network]
    private let own: OwnAddresses

    package init(allowing allowed: [Network] = [], own: OwnAddresses = .ofThisMachine) {
        (self.allowed, self.own) = (allowed, own)
    }

    /// What keeps an address from being used, such as `a loopback`; nil when nothing does.
    package func objection(to address: IPAddress) -> String? {
        let address = address.unmapped
        if allowed.contains(where: { $0.contains(address) }) { return nil }
        let inner = address.isIPv4 ? address : address.translatedIPv4
        let special =
            inner.map { SpecialNetworks.name(ofIPv4: $0) } ?? SpecialNetworks.name(ofIPv6: address)
        if let special { return special }
        return own.contains(inner ?? address) ? "this machine's own" : nil
    }

    package func allows(_ address: IPAddress) -> Bool {
        objection(to: address) == nil
    }

    /// The same for the bytes of an address; what is neither IPv4 nor IPv6 is refused.
    package func allows(bytes: [UInt8]) -> Bool {
        IPAddress(bytes: bytes).map(allows) ?? false
    }
}

extension IPAddress {
    /// The IPv4 address inside an IPv4-mapped one (RFC 4291 2.5.5.2), which is the one that
    /// packets come from and go to; any other address itself.
    package var unmapped: IPAddress {
        !isIPv4 && bits >> 32 == 0xFFFF ? lastIPv4 : self
    }

    /// The address that a translator sends to in place of one in 64:ff9b::/96 (RFC 6052 2.1).
    fileprivate var translatedIPv4: IPAddress? {
        !isIPv4 && bits >> 32 == 0x0064_FF9B << 64 ? lastIPv4 : nil
    }

    private var lastIPv4: IPAddress {
        IPAddress(bits: bits & 0xFFFF_FFFF, isIPv4: true)
    }
}
