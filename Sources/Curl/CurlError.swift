internal import CCurl

/// An error of a libcurl transfer. It shows the endpoint but never credentials.
package struct CurlError: Error, Equatable, Sendable {
    /// The kind of error, which determines whether a retry can help.
    package enum Kind: Sendable {
        /// The URL is invalid, or libcurl lacks a protocol.
        case setUp
        /// TLS is unavailable, or the certificate is not trusted.
        case insecure
        /// The credentials are wrong or cannot be used.
        case login
        /// The server denied access.
        case denied
        /// A callback of the program aborted the transfer.
        case stopped
        /// A network error, or a response that libcurl treats as one.
        case network
        /// libcurl was called incorrectly.
        case misuse
    }

    /// The `CURLcode`.
    package let code: Int
    /// The scheme, host and port.
    package let endpoint: String
    /// libcurl's error message.
    package let message: String

    init(_ code: CURLcode, endpoint: String, message: String = "") {
        self.code = Int(code.rawValue)
        self.endpoint = endpoint
        self.message = message.isEmpty ? CurlLibrary.words(for: code) : message
    }

    package var kind: Kind {
        switch CURLcode(rawValue: UInt32(code)) {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN: .setUp
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS:
            .insecure
        case CURLE_LOGIN_DENIED: .login
        case CURLE_REMOTE_ACCESS_DENIED: .denied
        case CURLE_WRITE_ERROR, CURLE_ABORTED_BY_CALLBACK: .stopped
        case CURLE_FAILED_INIT, CURLE_READ_ERROR, CURLE_BAD_FUNCTION_ARGUMENT: .misuse
        default: .network
        }
    }
}

extension CurlError: CustomStringConvertible {
    package var description: String { "\(endpoint): \(message) (libcurl \(code))" }
}
