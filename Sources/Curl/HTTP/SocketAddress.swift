internal import CCurl
import Glibc

/// Converts IP addresses of sockets.
enum SocketAddress {
    /// Returns 4 or 16 bytes in network byte order, or nil if the address is neither IPv4 nor IPv6.
    static func bytes(of address: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8]? {
        guard let field = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        // libcurl allocates more memory for the field than its type declares.
        let start = UnsafeRawPointer(address) + field
        switch address.pointee.family {
        case AF_INET:
            let socket = start.loadUnaligned(as: sockaddr_in.self)
            return withUnsafeBytes(of: socket.sin_addr) { Array($0) }
        case AF_INET6:
            let socket = start.loadUnaligned(as: sockaddr_in6.self)
            return withUnsafeBytes(of: socket.sin6_addr) { Array($0) }
        default: return nil
        }
    }

    /// Returns 4 or 16 bytes in network byte order, or nil if the text is not an address.
    static func bytes(ofText text: UnsafePointer<CChar>) -> [UInt8]? {
        var (v4, v6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
        return nil
    }

    /// Returns the usual text of an address of 4 or 16 bytes.
    static func text(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "?" }
    }
}
