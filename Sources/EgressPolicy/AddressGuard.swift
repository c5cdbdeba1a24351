import Glibc
import Synchronization

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

/// An IP address as a number.
package struct IPAddress: Hashable, Sendable {
    /// The 32 bits of an IPv4 address or the 128 bits of an IPv6 address.
    package let bits: UInt128
    package let isIPv4: Bool

    init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// Creates an address from 4 or 16 bytes in network byte order. Returns nil for other sizes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
        isIPv4 = bytes.count == 4
    }

    /// Parses an address: four decimal numbers, or IPv6 notation (RFC 4291 section 2.2) without
    /// zone and brackets.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes[..<4]))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    /// The number of bits.
    var width: Int { isIPv4 ? 32 : 128 }

    /// The bytes in network byte order.
    package var bytes: [UInt8] {
        stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text. For IPv6, the text of RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isIPv4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

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

/// The addresses of this machine, including public ones.
///
/// A callback to one of them would come from the machine itself and could bypass the firewall.
package struct OwnAddresses: Sendable {
    private let read: @Sendable () -> Set<IPAddress>

    /// Creates an object.
    ///
    /// - Parameter read: Returns the current addresses.
    package init(_ read: @escaping @Sendable () -> Set<IPAddress>) {
        self.read = read
    }

    func contains(_ address: IPAddress) -> Bool { read().contains(address) }

    /// The addresses of the network interfaces. They are read again every few seconds because they
    /// can change.
    package static let ofThisMachine = OwnAddresses {
        cache.withLock { cache in
            if let cache, ContinuousClock.now - cache.readAt < freshness { return cache.addresses }
            let addresses = ofInterfaces()
            cache = (addresses, .now)
            return addresses
        }
    }

    private static let freshness = Duration.seconds(5)
    private static let cache = Mutex<(addresses: Set<IPAddress>, readAt: ContinuousClock.Instant)?>(
        nil)

    /// Returns the addresses of the interfaces. See
    /// https://man7.org/linux/man-pages/man3/getifaddrs.3.html.
    static func ofInterfaces() -> Set<IPAddress> {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        return Set(
            sequence(first: first) { $0?.pointee.ifa_next }.prefix { $0 != nil }
                .compactMap { $0?.pointee.ifa_addr.flatMap { IPAddress(of: $0) } })
    }
}

extension IPAddress {
    /// Creates the address of a socket. Returns nil if it is neither IPv4 nor IPv6.
    init?(of socket: UnsafeMutablePointer<sockaddr>) {
        let start = UnsafeRawPointer(socket)
        switch Int32(socket.pointee.sa_family) {
        case AF_INET:
            let socket = start.loadUnaligned(as: sockaddr_in.self)
            self.init(bytes: withUnsafeBytes(of: socket.sin_addr) { Array($0) })
        case AF_INET6:
            let socket = start.loadUnaligned(as: sockaddr_in6.self)
            self.init(bytes: withUnsafeBytes(of: socket.sin6_addr) { Array($0) })
        default: return nil
        }
    }
}

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
    ///   - host: A name or an address as in a URL. IPv6 addresses may have brackets.
    ///   - rules: The rules for addresses.
    ///   - asksDNS: If false, only addresses are checked, without delay, and names are unknown.
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
