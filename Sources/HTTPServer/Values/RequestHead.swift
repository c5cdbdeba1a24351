/// A request up to the end of its headers.
package struct RequestHead: Sendable {
    package let method: String
    /// Path and query as they were sent.
    package let target: String
    /// Path and query, decoded; nil when they cannot be.
    package let decodedTarget: RequestTarget?
    /// In their order; a name may be there more than once.
    package let headers: [(name: String, value: String)]
    /// The address of the other side of the connection, without its port.
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

    /// All values of a header; upper and lower case of its name are the same.
    package func values(of name: String) -> [String] {
        headers.filter { Self.areSame($0.name, name) }.map(\.value)
    }

    /// Whether two names are the same but for upper and lower case; they are ASCII.
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

    /// The value of a header; nil when it is absent, and when it is there twice.
    package func header(_ name: String) -> String? {
        var value: String?
        for header in headers where Self.areSame(header.name, name) {
            guard value == nil else { return nil }
            value = header.value
        }
        return value
    }

    /// The last value of a header, which the nearest proxy has set.
    package func lastHeader(_ name: String) -> String? {
        headers.last { Self.areSame($0.name, name) }?.value
    }

    /// How many bytes of body the request announces; nil when it does not say, as with chunks.
    package var contentLength: Int? { header("content-length").flatMap { Int($0) } }
}
