import Glibc

/// A listening TCP socket. It is closed on deinitialization unless its descriptor was taken.
struct ListeningSocket: ~Copyable {
    private var descriptor: Int32
    let port: Int

    /// Opens the socket.
    ///
    /// - Parameter address: a numeric address and port, such as `127.0.0.1:8080` or `[::1]:8080`.
    ///   With port 0, the system chooses a free port.
    /// - Throws: ``ServerError``
    init(_ address: String) throws(ServerError) {
        guard let (host, port) = Self.parts(address) else { throw .notAnAddress(address) }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0, let found else {
            throw .notAnAddress(address)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(found.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { throw .cannotListen(address: address, code: errno) }
        guard Self.listens(descriptor, on: found.pointee) else {
            defer { close(descriptor) }
            throw .cannotListen(address: address, code: errno)
        }
        self.descriptor = descriptor
        self.port = Self.port(of: descriptor)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The descriptor, which this value still owns.
    var borrowed: Int32 { descriptor }

    /// Returns the descriptor and transfers its ownership to the caller.
    mutating func take() -> Int32 {
        defer { descriptor = -1 }
        return descriptor
    }

    private static func parts(_ address: String) -> (host: String, port: String)? {
        guard let colon = address.lastIndex(of: ":") else { return nil }
        let port = String(address[address.index(after: colon)...])
        var host = String(address[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        guard UInt16(port) != nil, !host.isEmpty, isBracketed == host.contains(":") else {
            return nil
        }
        return (host, port)
    }

    private static func listens(_ descriptor: Int32, on address: addrinfo) -> Bool {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // A restart need not wait for the connections of the previous process.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        // Most responses fit into one small packet.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        return bind(descriptor, address.ai_addr, address.ai_addrlen) == 0
            && listen(descriptor, 1024) == 0
    }

    private static func port(of descriptor: Int32) -> Int {
        var storage = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &storage) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        // The port has the same position in both address families.
        return Int(UInt16(bigEndian: storage.sin6_port))
    }
}
