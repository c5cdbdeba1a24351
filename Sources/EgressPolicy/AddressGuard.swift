/// Decides which addresses callbacks may be sent to. Creating, testing and sending callbacks use
/// the same rules.
///
/// Customers choose the URL, so it must not reach hosts that only the gateway can reach.
///
///     let rules = AddressGuard(allowing: [network])
///     if let kind = rules.blockReason(for: address) { print("\(address) is \(kind) address") }
package struct AddressGuard: Sendable {
    /// The exceptions that the operator has configured.
    package let allowed: [Network]
    private let own: OwnAddresses

    package init(allowing allowed: [Network] = [], own: OwnAddresses = .ofThisMachine) {
        (self.allowed, self.own) = (allowed, own)
    }

    /// Returns why an address is blocked, such as `a loopback`, or nil if it is allowed.
    package func blockReason(for address: IPAddress) -> String? {
        let address = address.unmapped
        if allowed.contains(where: { $0.contains(address) }) { return nil }
        let inner = address.isIPv4 ? address : address.translatedIPv4
        let special =
            inner.map { SpecialNetworks.name(ofIPv4: $0) } ?? SpecialNetworks.name(ofIPv6: address)
        if let special { return special }
        return own.contains(inner ?? address) ? "this machine's own" : nil
    }

    package func allows(_ address: IPAddress) -> Bool {
        blockReason(for: address) == nil
    }

    /// Whether the bytes of an address are allowed. Bytes that are neither IPv4 nor IPv6 are
    /// rejected.
    package func allows(bytes: [UInt8]) -> Bool {
        IPAddress(bytes: bytes).map(allows) ?? false
    }
}

extension IPAddress {
    /// The IPv4 address of an IPv4-mapped address (RFC 4291 section 2.5.5.2), which packets are
    /// actually sent to. Other addresses are unchanged.
    package var unmapped: IPAddress {
        !isIPv4 && bits >> 32 == 0xFFFF ? lastIPv4 : self
    }

    /// The IPv4 address that a translator uses for an address in 64:ff9b::/96 (RFC 6052 section
    /// 2.1).
    fileprivate var translatedIPv4: IPAddress? {
        !isIPv4 && bits >> 32 == 0x0064_FF9B << 64 ? lastIPv4 : nil
    }

    private var lastIPv4: IPAddress {
        IPAddress(bits: bits & 0xFFFF_FFFF, isIPv4: true)
    }
}
