import Glibc

/// Looks a host up and judges what it finds, for whoever wants to know before anything is sent.
///
/// Sending does not rely on it: another look-up may find another address.
package enum HostCheck {
    package enum Finding: Hashable, Sendable {
        /// Every address is one that callbacks may go to.
        case allowed
        /// An address that none may go to, and why: `a loopback`.
        case blocked(IPAddress, kind: String)
        /// The host is not known now, which may change.
        case unknown
    }

    /// - Parameters:
    ///   - host: a name or an address, as in a URL; IPv6 may have its brackets.
    ///   - asksDNS: without it only addresses are judged, at once, and a name is unknown.
    package static func judge(
        _ host: String, by rules: AddressGuard, asksDNS: Bool = true
    ) -> Finding {
        let addresses = addresses(of: host, flags: asksDNS ? 0 : AI_NUMERICHOST)
        guard !addresses.isEmpty else { return .unknown }
        for address in addresses {
            if let kind = rules.objection(to: address) { return .blocked(address, kind: kind) }
        }
        return .allowed
    }

    /// The addresses of a host in every form that getaddrinfo(3) reads, `0x7f.1` among them.
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
