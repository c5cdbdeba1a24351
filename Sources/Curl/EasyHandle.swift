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
