/// The request line and the headers of a request.
package struct RequestHead: Sendable {
    package let method: String
    /// The path and query as sent.
    package let target: String
    /// The decoded path and query, or nil if they are invalid.
    package let decodedTarget: RequestTarget?
    /// The headers in order. A name can occur several times.
    package let headers: [(name: String, value: String)]
    /// The address of the client of the connection, without its port.
    package let peer: String
    let proxies: TrustedProxies
    let version: String

    package init(
        method: String, target: String, headers: [(name: String, value: String)] = [],
        peer: String = "127.0.0.1", proxies: TrustedProxies = TrustedProxies(),
        version: String = "HTTP/1.1"
    ) {
        (self.version, self.proxies) = (version, proxies)
        (self.method, self.target, self.headers) = (method, target, headers)
        decodedTarget = RequestTarget(target)
        self.peer = peer
    }

    /// Returns all values of a header. Names are case-insensitive.
    package func values(of name: String) -> [String] {
        headers.filter { Self.areSame($0.name, name) }.map(\.value)
    }

    /// Whether two ASCII names are equal, ignoring case.
    static func areSame(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        var (one, other) = (one, other)
        return one.withUTF8 { one in
            other.withUTF8 { other in
                zip(one, other).allSatisfy { $0 == $1 || folded($0) == folded($1) }
            }
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// Returns the value of a header, or nil if the header is missing or repeated.
    package func header(_ name: String) -> String? {
        var value: String?
        for header in headers where Self.areSame(header.name, name) {
            guard value == nil else { return nil }
            value = header.value
        }
        return value
    }

    /// Returns the last value of a header, which the nearest proxy has set.
    package func lastHeader(_ name: String) -> String? {
        headers.last { Self.areSame($0.name, name) }?.value
    }

    /// The announced size of the body in bytes, or nil if the request announces none, as with
    /// chunked encoding.
    package var contentLength: Int? { header("content-length").flatMap { Int($0) } }
}
