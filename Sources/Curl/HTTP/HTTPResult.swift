/// What became of a request.
package struct HTTPResult: Sendable {
    /// The status of the last answer that came, whole or not; nil when there was none.
    package var status: Int?
    /// The head of that answer, as it came.
    package var headBytes: [UInt8]
    /// The beginning of its content.
    package var content: [UInt8]
    /// What was wrong; nil when the whole answer was read in time.
    package var fault: HTTPFault?
    /// The IP address it was exchanged with, as text; nil when there was no connection.
    package var address: String?
    package var phases: HTTPPhases
}

extension HTTPResult {
    /// The fields of the answer's head.
    package var headers: [HTTPHeader] {
        headBytes.split(separator: 10).compactMap { line in
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex else { return nil }
            return HTTPHeader(
                Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
        }
    }

    /// The value of the first field of that name, in any letter case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
        guard let end = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: bytes[...end].drop(while: isBlank), as: UTF8.self)
    }
}

/// Microseconds from the start of an exchange to the end of each of its phases.
///
/// A phase that did not happen, as on a connection that was open already, is 0.
package struct HTTPPhases: Hashable, Sendable {
    package var nameLookup = 0
    package var connect = 0
    package var tls = 0
    package var firstByte = 0
    package var total = 0

    package init() {}
}

/// Why an answer did not come, or not whole.
package struct HTTPFault: Error, Hashable, Sendable {
    package enum Kind: Sendable {
        case timeout
        /// The host's name could not be resolved.
        case dns
        /// No connection could be made.
        case connect
        /// No TLS, or a certificate that cannot be trusted.
        case tls
        /// The judge allows none of the addresses.
        case blocked
        /// The connection broke before the end of the answer.
        case broken
        /// The answer is longer than the limit.
        case tooLong
        /// This machine could open no more files, so that nothing was sent.
        case exhausted
        /// A request that cannot be sent as it is.
        case unsound
        /// An answer that is not HTTP, or any other fault.
        case other
    }

    package var kind: Kind
    /// libcurl's words, or the address that is blocked; never credentials.
    package var message: String

    package init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
