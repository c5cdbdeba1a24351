import Glibc
import Synchronization

/// The addresses of this machine, including public ones.
///
/// A callback to one of them would come from the machine itself and could bypass the firewall.
package struct OwnAddresses: Sendable {
    private let read: @Sendable () -> Set<IPAddress>

    /// Creates an object.
    ///
    /// - Parameter read: returns the current addresses.
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
