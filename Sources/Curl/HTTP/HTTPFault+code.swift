internal import CCurl

extension HTTPFault {
    /// Creates the fault for a libcurl code.
    init(_ code: CURLcode, message: String) {
        self.init(
            kind: Kind(code),
            message: message.isEmpty ? CurlLibrary.words(for: code) : message)
    }
}

extension CURLcode {
    /// libcurl's code for a header beyond its limit of 100 KB, once a response has started:
    /// CURLE_OUT_OF_MEMORY, and CURLE_TOO_LARGE since 8.6.
    var isLineTooLong: Bool { self == CURLE_OUT_OF_MEMORY || rawValue == 100 }
}

extension HTTPFault.Kind {
    init(_ code: CURLcode) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .dns
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: self = .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            self = .tls
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE,
            CURLE_BAD_CONTENT_ENCODING:
            self = .broken
        case CURLE_URL_MALFORMAT: self = .invalidRequest
        default: self = .other
        }
    }
}
