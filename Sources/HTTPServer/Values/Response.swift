package import EgressPolicy

/// A response to a request.
package struct Response: Hashable, Sendable {
    /// Information about a response for logs and metrics.
    package struct Facts: Hashable, Sendable {
        /// The name of the operation that produced the response.
        package var call: String?
        /// The company that the response is about.
        package var company: String?

        package init(call: String? = nil, company: String? = nil) {
            (self.call, self.company) = (call, company)
        }
    }

    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var status: Int
    /// The headers without Content-Length, Date and Connection, which the server sets.
    package var headers: [Header]
    package var body: [UInt8]
    /// Information for logs. It is not sent.
    package var facts = Facts()

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// Returns the value of the first header with this name. Names are case-insensitive.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What to do with a request, decided as soon as its headers have arrived.
package enum RequestDisposition: Sendable {
    /// Send this response and ignore the body.
    case answer(Response)
    /// Read the body, then call the handler on a thread of the server.
    ///
    /// The handler must not block. Move blocking work to another thread, and respond from there.
    ///
    /// - Parameter client: The client whose memory budget the body and the response count against,
    ///   such as a company with a valid key. Nil for clients without a valid key.
    case body(client: String?, @Sendable ([UInt8], ResponseWriter) -> Void)
}

/// A finished request, for logs and metrics.
package struct ServedRequest: Sendable {
    package let head: RequestHead
    /// The response without its body, or nil if the client disconnected or was too slow.
    package let answer: Response?
    /// The number of bytes of the response body.
    package let bytes: Int
    /// The time from the end of the request line to the last byte of the response.
    package let duration: Duration

    /// Creates a served request.
    ///
    /// - Parameter bytes: The size of the response body, if the body has been removed.
    package init(head: RequestHead, answer: Response?, bytes: Int? = nil, duration: Duration) {
        (self.head, self.answer, self.duration) = (head, answer, duration)
        self.bytes = bytes ?? answer?.body.count ?? 0
    }
}

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

/// Limits for the size and duration of requests.
package struct ServerLimits: Sendable {
    /// The maximum size of a body, in bytes.
    package var body = 1 << 20
    /// Limits for all bodies that are being read or processed.
    package var bodies = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 4 << 20)
    /// Limits for all responses that the clients have not read yet.
    package var answers = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 8 << 20)
    /// The maximum number of bytes that are read and discarded, so that a client that sends too
    /// much still gets a response.
    package var discarded = 8 << 20
    /// The maximum size of the target (path and query), in bytes.
    package var target = 8 << 10
    /// The maximum size of the request line and the headers, in bytes.
    ///
    /// libmicrohttpd gets twice as much memory, so that we can answer requests that are slightly
    /// too long. libmicrohttpd itself answers requests that are even longer or that are not HTTP,
    /// with the correct status and a page that cannot be configured.
    package var head = 16 << 10
    package var connections = 4096
    package var threads = 2
    /// The time until the first request and between requests.
    package var idle: Duration = .seconds(30)
    /// The time from the end of the request line to the end of the headers.
    package var headers: Duration = .seconds(10)
    /// The time to receive the complete body.
    package var reading: Duration = .seconds(30)
    /// The time to send the complete response.
    package var writing: Duration = .seconds(60)
    /// During a shutdown, the time to receive a request, and half the time to send a response.
    package var ending: Duration = .seconds(5)

    package init() {}
}

/// Limits for the memory that the server uses for bodies or responses, in bytes.
package struct MemoryLimits: Sendable {
    /// The limit for all clients together.
    package var all: Int
    /// The limit for one client with a valid key.
    package var one: Int
    /// The limit for all clients without a valid key together.
    package var withoutKey: Int

    /// Items up to this size do not count, because the number of connections limits them.
    ///
    /// So small requests, such as signing in with a key and a token, are never rejected for lack of
    /// memory.
    package static let small = 4 << 10

    package init(all: Int, one: Int, withoutKey: Int) {
        (self.all, self.one, self.withoutKey) = (all, one, withoutKey)
    }
}

/// The responses that the server sends without calling the handler.
package struct FixedResponses: Sendable {
    /// The response to a request whose end is ambiguous (400).
    package var ambiguous: Response
    /// The response to a request with invalid headers or without a host (400).
    package var malformed: Response
    /// The response to a target that is too long (414).
    package var targetTooLong: Response
    /// The response to headers that are too long (431).
    package var headTooLarge: Response
    /// The response to a body that is too long (413).
    package var tooLarge: Response
    /// The response to a request that was too slow (408).
    package var tooSlow: Response
    /// The response if memory for another body or response is used up (503).
    package var busy: Response
    /// The response if the handler did not respond (500).
    package var failed: Response

    package init(
        ambiguous: Response, malformed: Response, targetTooLong: Response, headTooLarge: Response,
        tooLarge: Response, tooSlow: Response, busy: Response, failed: Response
    ) {
        self.malformed = malformed
        (self.targetTooLong, self.headTooLarge) = (targetTooLong, headTooLarge)
        (self.ambiguous, self.tooLarge, self.tooSlow) = (ambiguous, tooLarge, tooSlow)
        (self.busy, self.failed) = (busy, failed)
    }
}

/// The proxies whose X-Forwarded-For headers are trusted: this machine and the given networks.
package struct TrustedProxies: Sendable {
    private let networks: [Network]

    package init(_ networks: [Network] = []) {
        self.networks = networks
    }

    func include(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return Self.isLoopback(address) || networks.contains { $0.contains(address) }
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isIPv4 ? address.bits >> 24 == 127 : address.bits == 1
    }
}

extension RequestHead {
    /// Whether the connection comes from a trusted proxy.
    package var isFromProxy: Bool { IPAddress(peer).map(proxies.include) ?? false }

    /// The address of the client: the peer of the connection, or the client that trusted proxies
    /// report.
    ///
    /// Each proxy appends the address that it sees to `X-Forwarded-For`. Everything before it was
    /// sent by the proxy's client. So the list is read from its end, and an address is used only if
    /// the address after it is a trusted proxy.
    package var client: String {
        guard lastHeader("x-forwarded-for") != nil else { return peer }
        var (client, address) = (peer, IPAddress(peer))
        var rest = values(of: "x-forwarded-for").joined(separator: ",")[...]
        while let known = address, proxies.include(known), !rest.isEmpty {
            let start = rest.lastIndex(of: ",").map { rest.index(after: $0) } ?? rest.startIndex
            address = Self.address(rest[start...])
            if let address { client = address.description }
            rest = rest[..<start].dropLast()
        }
        return client
    }

    /// Parses an address as proxies write it. Some add the port, and put IPv6 addresses in
    /// brackets.
    private static func address(_ text: Substring) -> IPAddress? {
        let text = text.filter { $0 != " " && $0 != "\t" }
        if let address = IPAddress(text) { return address.unmapped }
        let host: Substring
        if text.first == "[", let end = text.firstIndex(of: "]") {
            host = text[..<end].dropFirst()
        } else {
            host = text.prefix { $0 != ":" }
        }
        return IPAddress(host)?.unmapped
    }
}
