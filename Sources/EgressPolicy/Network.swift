/// A network in CIDR notation, such as `10.0.0.0/8` or `fc00::/7`.
package struct Network: Hashable, Sendable {
    /// The first address. The bits after the prefix are 0.
    package let address: IPAddress
    /// The length of the prefix in bits.
    package let prefix: Int

    /// Parses CIDR notation (RFC 4632 section 3.1). An address without a prefix is a network of one
    /// address.
    ///
    /// Returns nil if bits after the prefix are set, because then either the address or the prefix
    /// is wrong.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        guard let prefix = parts.count == 1 ? address.width : Self.number(parts[1]),
            prefix <= address.width
        else { return nil }
        self.address = address
        self.prefix = prefix
        guard Self.masked(address, prefix) == address.bits else { return nil }
    }

    /// Parses digits only, so `+8` and `008` are invalid.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard let number = Int(text), String(number) == text, number >= 0 else { return nil }
        return number
    }

    private static func masked(_ address: IPAddress, _ prefix: Int) -> UInt128 {
        let rest = address.width - prefix
        return rest == 128 ? 0 : (address.bits >> rest) << rest
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.isIPv4 == address.isIPv4 && Self.masked(other, prefix) == address.bits
    }
}

extension Network: CustomStringConvertible {
    package var description: String { "\(address)/\(prefix)" }
}
