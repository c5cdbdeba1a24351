internal import CCurl

/// A transfer that libcurl ended, with its endpoint but never with credentials.
package struct CurlError: Error, Equatable, Sendable {
    /// What the number means for the question whether trying again helps.
    package enum Kind: Sendable {
        /// A wrong URL, or a libcurl that lacks a protocol.
        case setUp
        /// No TLS, or a certificate that cannot be trusted.
        case insecure
        /// Wrong credentials, or no way to present them.
        case login
        /// The service says no from the start.
        case denied
        /// A callback of the program ended the transfer.
        case stopped
        /// A fault on the way, or an answer that libcurl takes for one.
        case network
        /// A mistake in how libcurl is called.
        case misuse
    }

    /// libcurl's number, `CURLcode`.
    package let code: Int
    /// Scheme, host and port.
    package let endpoint: String
    /// What libcurl says about it.
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
