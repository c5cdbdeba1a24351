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
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Whether the body was sent in chunks (RFC 9112 section 6.1).
    var isChunked: Bool {
        header("Transfer-Encoding")?.lowercased().contains("chunked") == true
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
        guard let end = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: bytes[...end].drop(while: isBlank), as: UTF8.self)
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
        /// The judge rejected all addresses.
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
