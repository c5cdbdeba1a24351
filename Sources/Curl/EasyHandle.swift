internal import CCurl
import Glibc
import TextSupport

/// A libcurl handle for successive transfers, with the connections that it keeps open.
///
/// It may be used by one thread at a time. The compiler ensures this, because it is not `Sendable`.
struct EasyHandle: ~Copyable {
    private let curl: callback_curl
    /// The underlying handle, for use with a multi handle.
    let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private let endpoint: String

    /// Creates a handle whose transfers all use one URL. Errors show the endpoint of the URL.
    static func open(_ url: String) throws(CurlError) -> EasyHandle {
        let handle = try open(endpoint: URLOrigin.of(url))
        try handle.set(.url, url)
        return handle
    }

    /// Creates a handle without a URL. Errors show `endpoint` instead.
    static func open(endpoint: String) throws(CurlError) -> EasyHandle {
        guard let curl = CurlLibrary.functions else {
            throw CurlError(CURLE_NOT_BUILT_IN, endpoint: endpoint)
        }
        guard let raw = curl.easy_init() else {
            throw CurlError(CURLE_FAILED_INIT, endpoint: endpoint)
        }
        let handle = EasyHandle(raw, of: curl, endpoint: endpoint)
        try handle.set(.errorBuffer, UnsafeMutableRawPointer(handle.errorBuffer))
        // Timeouts must not use SIGALRM, and a broken connection must not end the process with
        // SIGPIPE.
        try handle.set(.noSignal, 1)
        return handle
    }

    private init(_ handle: UnsafeMutableRawPointer, of curl: callback_curl, endpoint: String) {
        self.curl = curl
        self.handle = handle
        self.endpoint = endpoint
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl.easy_cleanup(handle)
        errorBuffer.deallocate()
    }

    func set(_ option: CurlOption<Int>, _ value: Int) throws(CurlError) {
        try check(callback_curl_set_long(curl, handle, option.raw, value))
    }

    func set(_ option: CurlOption<Int64>, _ value: Int64) throws(CurlError) {
        try check(callback_curl_set_size(curl, handle, option.raw, curl_off_t(value)))
    }

    func set(_ option: CurlOption<String>, _ value: String?) throws(CurlError) {
        try check(callback_curl_set_text(curl, handle, option.raw, value))
    }

    func set(
        _ option: CurlOption<UnsafeMutableRawPointer>, _ value: UnsafeMutableRawPointer?
    ) throws(CurlError) {
        try check(callback_curl_set_pointer(curl, handle, option.raw, value))
    }

    func set(
        _ option: CurlOption<callback_curl_transfer>, _ value: callback_curl_transfer
    ) throws(CurlError) {
        try check(callback_curl_set_transfer(curl, handle, option.raw, value))
    }

    /// Creates a list for an option.
    func list(_ values: [String]) -> CurlList {
        CurlList(values, of: curl)
    }

    /// Sets a list. The caller must keep it alive until the transfer has ended.
    func set(_ option: CurlOption<[String]>, _ list: borrowing CurlList) throws(CurlError) {
        try check(callback_curl_set_list(curl, handle, option.raw, list.pointer))
    }

    /// Sets the body. libcurl copies as many bytes as `.bodySize` specified before.
    func setCopiedBody(_ bytes: [UInt8]) throws(CurlError) {
        let code = bytes.withUnsafeBytes { buffer in
            callback_curl_set_pointer(
                curl, handle, CURLOPT_COPYPOSTFIELDS,
                UnsafeMutableRawPointer(mutating: buffer.baseAddress))
        }
        try check(code)
    }

    func setOpenSocket(_ value: curl_opensocket_callback) throws(CurlError) {
        try check(callback_curl_set_open_socket(curl, handle, value))
    }

    /// Lets other transfers continue while a server sends nothing but session tickets.
    func readOneMessage() throws(CurlError) {
        try check(callback_curl_read_one_message(curl, handle))
    }

    func setPrerequest(_ value: curl_prereq_callback) throws(CurlError) {
        try check(callback_curl_set_prerequest(curl, handle, value))
    }

    func setDebug(_ value: curl_debug_callback) throws(CurlError) {
        try check(callback_curl_set_debug(curl, handle, value))
    }

    /// Performs a transfer with a list that is freed afterwards, because libcurl does not copy it.
    func perform(
        with option: CurlOption<[String]>, _ values: [String]
    ) throws(CurlError) {
        let list = list(values)
        defer { _ = callback_curl_set_list(curl, handle, option.raw, nil) }
        try set(option, list)
        try perform()
    }

    /// Performs a transfer. If it fails, the connection is closed.
    func perform() throws(CurlError) {
        clearErrorMessage()
        let code = curl.easy_perform(handle)
        guard code != CURLE_OK else { return }
        disconnect()
        throw CurlError(code, endpoint: endpoint, message: errorMessage)
    }

    /// Closes the connection abruptly, so that cleanup does not wait for a reply.
    func disconnect() {
        var socket: curl_socket_t = -1
        guard callback_curl_get_socket(curl, handle, &socket) == CURLE_OK, socket >= 0 else {
            return
        }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// The status of the last response, or 0 if there was none.
    var responseCode: Int { number(CURLINFO_RESPONSE_CODE) }

    /// The number of connections that the last transfer opened. It is 0 if the transfer reused a
    /// connection.
    var newConnections: Int { number(CURLINFO_NUM_CONNECTS) }

    /// libcurl's message about the last error, or an empty string.
    var errorMessage: String { String(cString: errorBuffer) }

    /// Clears the message of an earlier transfer.
    func clearErrorMessage() {
        errorBuffer[0] = 0
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return callback_curl_get_long(curl, handle, info, &value) == CURLE_OK ? value : 0
    }

    /// Returns a time of the last transfer, in microseconds since its start.
    func microseconds(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return callback_curl_get_size(curl, handle, info, &value) == CURLE_OK ? Int(value) : 0
    }

    func text(_ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard callback_curl_get_text(curl, handle, info, &value) == CURLE_OK, let value else {
            return nil
        }
        return String(cString: value)
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code != CURLE_OK else { return }
        throw CurlError(code, endpoint: endpoint)
    }
}

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

extension CurlError {
    /// Whether the server did not respond in time.
    package var isTimeout: Bool { code == Int(CURLE_OPERATION_TIMEDOUT.rawValue) }
}

extension CurlError: CustomStringConvertible {
    package var description: String { "\(endpoint): \(message) (libcurl \(code))" }
}

/// The libcurl library, which is loaded and initialized once per process.
enum CurlLibrary {
    /// The functions of libcurl, or nil if it is not installed or cannot be used.
    ///
    /// Lazy initialization of a global is thread-safe.
    static let functions: callback_curl? = {
        var functions = callback_curl()
        guard callback_curl_load(&functions) != 0,
            functions.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
        else { return nil }
        return functions
    }()

    /// Returns libcurl's message for a code.
    static func words(for code: CURLcode) -> String {
        guard let words = functions?.easy_strerror(code) else {
            return "libcurl.so.4 cannot be loaded; install libcurl4"
        }
        return String(cString: words)
    }
}

/// A list of strings for libcurl. libcurl does not copy it, so keep it alive until the transfer has
/// ended.
struct CurlList: ~Copyable {
    let pointer: UnsafeMutablePointer<curl_slist>?
    private let curl: callback_curl

    init(_ values: [String], of curl: callback_curl) {
        self.curl = curl
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl.slist_append(list, value) }
        pointer = list
    }

    deinit {
        curl.slist_free_all(pointer)
    }
}

/// Converts internationalized host names to ASCII, by UTS 46 and IDNA 2008.
///
/// libcurl itself only converts names on threads with a UTF-8 locale, which programs in the C
/// locale do not have. So every name is converted here, once, before it is looked up, compared or
/// connected to.
package enum HostName {
    package enum Failure: Error, Hashable, Sendable {
        /// The name is not possible in DNS, for example because a label is too long.
        case noASCIIForm
        /// libcurl is missing, older than 7.88, or built without IDN.
        case unsupported
    }

    /// Returns the ASCII form of a host name. ASCII names are returned unchanged, without loading
    /// libcurl.
    ///
    /// The result is in lowercase with A-labels (`xn--…`). It may contain any ASCII character,
    /// because `℀`, for example, becomes `a/c`. Validate it like a name that was given in ASCII.
    package static func ascii(_ name: String) throws(Failure) -> String {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        // A C string ends at its first NUL.
        guard !name.utf8.contains(0) else { throw .noASCIIForm }
        guard let curl = CurlLibrary.functions else { throw .unsupported }
        // 253 bytes and a NUL are enough for any DNS name (RFC 1035 section 2.3.4).
        var ascii = [CChar](repeating: 0, count: 256)
        switch callback_curl_ascii_host(curl, name, &ascii, ascii.count) {
        case 1:
            let bytes = ascii.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            return String(decoding: bytes, as: UTF8.self)
        case 0: throw .noASCIIForm
        default: throw .unsupported
        }
    }
}

extension HostName.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noASCIIForm: "the name has no ASCII form (IDNA)"
        case .unsupported:
            "international names require libcurl 7.88 or later with IDN; use the ASCII form"
        }
    }
}
