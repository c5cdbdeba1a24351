import Glibc

/// Resolves a host and checks its addresses before anything is sent.
///
/// Sending does not rely on the result, because another lookup may return other addresses.
package enum HostCheck {
    package enum Finding: Hashable, Sendable {
        /// All addresses are allowed.
        case allowed
        /// An address is blocked. The kind is the reason, such as `a loopback`.
        case blocked(IPAddress, kind: String)
        /// The host cannot be resolved now. This may change.
        case unknown
    }

    /// Checks a host.
    ///
    /// - Parameters:
    ///   - host: a name or an address as in a URL. IPv6 addresses may have brackets.
    ///   - rules: the rules for addresses.
    ///   - asksDNS: if false, only addresses are checked, without delay, and names are unknown.
    package static func check(
        _ host: String, by rules: AddressGuard, asksDNS: Bool = true
    ) -> Finding {
        let addresses = addresses(of: host, flags: asksDNS ? 0 : AI_NUMERICHOST)
        guard !addresses.isEmpty else { return .unknown }
        for address in addresses {
            if let kind = rules.blockReason(for: address) { return .blocked(address, kind: kind) }
        }
        return .allowed
    }

    /// Returns the addresses of a host in all notations that getaddrinfo(3) accepts, such as
    /// `0x7f.1`.
    static func addresses(of host: String, flags: Int32 = 0) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let name = isBracketed ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(name, nil, &hints, &found) == 0 else { return [] }
        defer { freeaddrinfo(found) }
        return sequence(first: found) { $0?.pointee.ai_next }
            .prefix { $0 != nil }.compactMap { $0?.pointee.ai_addr.flatMap { IPAddress(of: $0) } }
    }
}
