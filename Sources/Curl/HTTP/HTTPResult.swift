internal import CCurl
import Glibc
import TextSupport

/// The result of a request.
package struct HTTPResult: Sendable {
    /// The status of the last response, even if it is incomplete, or nil if there was none.
    package var status: Int?
    /// The head of that response as received.
    package var headBytes: [UInt8]
    /// The beginning of its body.
    package var content: [UInt8]
    /// The fault, or nil if the complete response was received in time.
    package var fault: HTTPFault?
    /// The IP address of the peer as text, or nil if there was no connection.
    package var address: String?
    package var phases: HTTPPhases
    /// Whether the peer may have received the request.
    package var mayHaveBeenSent = false
}

extension HTTPResult {
    /// The header fields of the response.
    package var headers: [HTTPHeader] {
        headBytes.split(separator: 10).compactMap { line in
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex else { return nil }
            return HTTPHeader(
                Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
        }
    }

    /// Returns the value of the first header with this name. Names are case-insensitive.
    package func header(_ name: String) -> String? {
        // Each response is searched, so this creates no strings for other fields.
        var start = 0
        while start < headBytes.count {
            let end = headBytes[start...].firstIndex(of: 10) ?? headBytes.count
            if Self.mayBegin(headBytes[start], name),
                let value = Self.value(of: name, in: headBytes[start..<end])
            {
                return value
            }
            start = end + 1
        }
        return nil
    }

    /// Returns whether a line with this first byte can contain the field: the name may follow
    /// blanks.
    private static func mayBegin(_ byte: UInt8, _ name: String) -> Bool {
        byte <= 32 || name.utf8.first.map { areSame($0, byte) } ?? false
    }

    private static func value(of name: String, in line: ArraySlice<UInt8>) -> String? {
        guard let colon = line.firstIndex(of: 58), colon > line.startIndex,
            trimmedBytes(line[..<colon]).elementsEqual(name.utf8, by: areSame)
        else { return nil }
        return trimmed(line[line.index(after: colon)...])
    }

    /// Whether two ASCII characters differ only in case.
    fileprivate static func areSame(_ left: UInt8, _ right: UInt8) -> Bool {
        let isLetter = 0x61...0x7A ~= left | 0x20
        return left == right || isLetter && left | 0x20 == right | 0x20
    }

    /// Whether the body was sent in chunks (RFC 9112 section 6.1).
    var isChunked: Bool {
        header("Transfer-Encoding")?.lowercased().contains("chunked") == true
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: trimmedBytes(bytes), as: UTF8.self)
    }

    private static func trimmedBytes(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
        guard let end = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
        return bytes[...end].drop(while: isBlank)
    }
}

/// The times from the start of an exchange to the end of each phase, in microseconds.
///
/// A phase that did not occur, as on a reused connection, is 0.
package struct HTTPPhases: Hashable, Sendable {
    package var nameLookup = 0
    package var connect = 0
    package var tls = 0
    package var firstByte = 0
    package var total = 0

    package init() {}
}

/// Why a response is missing or incomplete.
package struct HTTPFault: Error, Hashable, Sendable {
    package enum Kind: Sendable {
        case timeout
        /// The host name could not be resolved.
        case dns
        /// No connection could be established.
        case connect
        /// TLS is unavailable, or the certificate is not trusted.
        case tls
        /// The address check rejected all addresses.
        case blocked
        /// The connection broke before the end of the response.
        case broken
        /// The response is longer than the limit.
        case tooLong
        /// This machine could not open more sockets, so nothing was sent.
        case outOfFiles
        /// The request is invalid and cannot be sent.
        case invalidRequest
        /// The response is not HTTP, or another error occurred.
        case other
    }

    package var kind: Kind
    /// libcurl's message or the blocked address, without credentials.
    package var message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}

/// A header field of a request or a response.
package struct HTTPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An HTTP request, sent as given.
package struct HTTPRequest: Hashable, Sendable {
    package var method: String
    package var url: String
    /// The headers in order, without Host and Content-Length, which libcurl adds.
    package var headers: [HTTPHeader]
    /// Nil for a request without a body, which differs from an empty body.
    package var body: [UInt8]?

    package init(method: String, url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

extension HTTPRequest {
    /// The approximate size in memory, in bytes.
    package var size: Int {
        headers.reduce(url.utf8.count + (body?.count ?? 0)) {
            $0 + $1.name.utf8.count + $1.value.utf8.count
        }
    }

    /// The parts that are needed after it was sent: the method and the origin of the URL.
    package var withoutContents: HTTPRequest {
        HTTPRequest(method: method, url: URLOrigin.of(url))
    }

    /// Whether no part of the request contains a line break (RFC 9110 section 5.5).
    ///
    /// Callers check this earlier with better messages. This is the last line of defense.
    var isSound: Bool {
        let isText: (UInt8) -> Bool = { $0 >= 32 && $0 != 127 || $0 == 9 }
        let isVisible: (UInt8) -> Bool = { $0 > 32 && $0 != 127 }
        return !method.isEmpty && method.consists(of: isVisible) && url.consists(of: isText)
            && headers.allSatisfy {
                !$0.name.isEmpty && $0.name.consists { isVisible($0) && $0 != 58 }
                    && $0.value.consists(of: isText)
            }
    }

    /// The headers in libcurl's format, in which a header without a value ends with a semicolon.
    ///
    /// An empty entry disables a header that libcurl would add by itself.
    var headerLines: [String] {
        let lines = headers.map { $0.value.isEmpty ? $0.name + ";" : $0.line }
        let unwanted = ["Expect", "Content-Type"].filter { name in
            !headers.contains {
                $0.name.utf8.count == name.utf8.count
                    && $0.name.utf8.elementsEqual(name.utf8, by: HTTPResult.areSame)
            }
        }
        return lines + unwanted.map { $0 + ":" }
    }
}

extension HTTPHeader {
    /// `name: value`. Each request has some headers, and interpolation takes several times as long.
    fileprivate var line: String {
        var (name, value) = (name, value)
        let valueStart = name.utf8.count + 2
        return String(unsafeUninitializedCapacity: valueStart + value.utf8.count) { line in
            name.withUTF8 { _ = line.initialize(fromContentsOf: $0) }
            line[valueStart - 2] = UInt8(ascii: ":")
            line[valueStart - 1] = UInt8(ascii: " ")
            value.withUTF8 { _ = line[valueStart...].initialize(fromContentsOf: $0) }
            return valueStart + value.utf8.count
        }
    }
}

extension String {
    /// Returns whether a condition applies to all bytes of the text. It is called for each request.
    fileprivate func consists(of isAllowed: (UInt8) -> Bool) -> Bool {
        var text = self
        return text.withUTF8 { $0.allSatisfy(isAllowed) }
    }
}

/// A single GET request whose response body does not matter, such as a heartbeat.
package enum HTTPGet {
    /// Fetches a URL and returns the HTTP status. Redirects are not followed.
    ///
    /// A proxy from the environment is used, as is usual for HTTP.
    ///
    /// - Parameters:
    ///   - url: An `http` or `https` URL.
    ///   - timeout: The timeout for the complete exchange, in milliseconds.
    /// - Throws: ``CurlError`` if there was no response. It contains neither path nor credentials.
    package static func status(of url: String, timeout: Int) throws(CurlError) -> Int {
        let handle = try EasyHandle.open(url)
        try handle.set(.protocols, "http,https")
        try handle.set(.followLocation, 0)
        try handle.set(.timeout, timeout)
        try handle.set(.userAgent, "callback-reports")
        try handle.set(.write) { _, size, count, _ in size * count }
        try handle.perform()
        return handle.responseCode
    }
}

/// Parses HTTP dates in the three formats of RFC 9110 section 5.6.7.
package enum HTTPDate {
    /// Returns the seconds since 1970-01-01T00:00:00Z, or nil if libcurl cannot parse the text.
    package static func seconds(_ text: String) -> Int64? {
        // libcurl returns -1 both for errors and for a date before 1970. Such a date is treated as
        // an error.
        guard let curl = CurlLibrary.functions else { return nil }
        let seconds = curl.getdate(text, nil)
        return seconds < 0 ? nil : Int64(seconds)
    }
}

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
