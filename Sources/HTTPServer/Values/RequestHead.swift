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
    let version: String

    package init(
        method: String, target: String, headers: [(name: String, value: String)] = [],
        peer: String = "127.0.0.1", version: String = "HTTP/1.1"
    ) {
        self.version = version
        (self.method, self.target, self.headers) = (method, target, headers)
        decodedTarget = RequestTarget(target)
        self.peer = peer
    }

    /// All values of a header; upper and lower case of its name are the same.
    package func values(of name: String) -> [String] {
        headers.filter { Self.areSame($0.name, name) }.map(\.value)
    }

    /// Whether two names are the same but for upper and lower case; they are ASCII.
    private static func areSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { $0 == $1 || folded($0) == folded($1) }
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

    /// How many bytes of body the request announces; nil when it does not say, as with chunks.
    package var contentLength: Int? { header("content-length").flatMap { Int($0) } }

    /// Whether its headers are no headers, or do not say once for which host it is.
    ///
    /// https://www.rfc-editor.org/rfc/rfc9112#section-3.2, -5.1, and for control characters
    /// https://www.rfc-editor.org/rfc/rfc9110#section-5.5: others may read such a request otherwise.
    var isMalformed: Bool {
        let hosts = values(of: "host").count
        let isBroken = headers.contains { header in
            header.name.isEmpty || !header.name.utf8.allSatisfy(Self.isOfToken)
                || header.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
        }
        return isBroken || hosts > 1 || hosts == 0 && version != "HTTP/1.0"
    }

    /// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x7C, 0x7E: true
        // ! # $ % & ' * + - .
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }

    /// How many bytes it has as it is sent, with one blank where more could be.
    var size: Int {
        headers.reduce(method.utf8.count + target.utf8.count + " HTTP/1.1 \r\n\r\n".utf8.count) {
            $0 + $1.name.utf8.count + $1.value.utf8.count + ": \r\n".utf8.count
        }
    }

    /// Whether a proxy could see another end of the request than this server does.
    ///
    /// https://www.rfc-editor.org/rfc/rfc9112#section-6.3: such a request is refused and its
    /// connection closed, since what follows could be smuggled past the proxy.
    var isAmbiguous: Bool {
        let (lengths, codings) = (values(of: "content-length"), values(of: "transfer-encoding"))
        guard !codings.isEmpty else {
            return lengths.count > 1
                || lengths.contains { !$0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        }
        return !lengths.isEmpty || codings.map { $0.lowercased() } != ["chunked"]
    }
}
