internal import CCurl
import Glibc

/// A handle of libcurl for one transfer after another, with the connections it keeps open.
///
/// Used by one thread at a time; the compiler sees to that, for it is not `Sendable`.
struct EasyHandle: ~Copyable {
    private let curl: callback_curl
    /// libcurl's own handle, for the multi handle it is added to.
    let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private let endpoint: String

    /// Makes a handle whose transfers all go to one URL; errors show its endpoint.
    static func open(_ url: String) throws(CurlError) -> EasyHandle {
        let handle = try open(endpoint: Endpoint.of(url))
        try handle.set(.url, url)
        return handle
    }

    /// Makes a handle without a URL; errors show `endpoint` in its place.
    static func open(endpoint: String) throws(CurlError) -> EasyHandle {
        guard let curl = CurlLibrary.functions else {
            throw CurlError(CURLE_NOT_BUILT_IN, endpoint: endpoint)
        }
        guard let raw = curl.easy_init() else {
            throw CurlError(CURLE_FAILED_INIT, endpoint: endpoint)
        }
        let handle = EasyHandle(raw, of: curl, endpoint: endpoint)
        try handle.set(.errorBuffer, UnsafeMutableRawPointer(handle.errorBuffer))
        // Time limits must not use SIGALRM, nor a broken connection end the process with SIGPIPE.
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

    /// Makes a list for one of the options.
    func list(_ values: [String]) -> CurlList {
        CurlList(values, of: curl)
    }

    /// Sets a list of the caller, who keeps it alive until the transfer has ended.
    func set(_ option: CurlOption<[String]>, _ list: borrowing CurlList) throws(CurlError) {
        try check(callback_curl_set_list(curl, handle, option.raw, list.pointer))
    }

    /// Sets the body, of which libcurl makes a copy as long as `.bodySize` said before.
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

    func setPrerequest(_ value: curl_prereq_callback) throws(CurlError) {
        try check(callback_curl_set_prerequest(curl, handle, value))
    }

    func setDebug(_ value: curl_debug_callback) throws(CurlError) {
        try check(callback_curl_set_debug(curl, handle, value))
    }

    /// Does the transfer with a list that lives for just as long, for libcurl keeps no copy.
    func perform(
        with option: CurlOption<[String]>, _ values: [String]
    ) throws(CurlError) {
        let list = list(values)
        defer { _ = callback_curl_set_list(curl, handle, option.raw, nil) }
        try set(option, list)
        try perform()
    }

    /// Does the transfer; a failed one leaves no connection behind.
    func perform() throws(CurlError) {
        clearErrorMessage()
        let code = curl.easy_perform(handle)
        guard code != CURLE_OK else { return }
        disconnect()
        throw CurlError(code, endpoint: endpoint, message: errorMessage)
    }

    /// Cuts the connection without a farewell, so that cleaning up has no answer to wait for.
    func disconnect() {
        var socket: curl_socket_t = -1
        guard callback_curl_get_socket(curl, handle, &socket) == CURLE_OK, socket >= 0 else {
            return
        }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// The status of the last answer; 0 when there was none.
    var responseCode: Int { number(CURLINFO_RESPONSE_CODE) }

    /// How many connections the last transfer opened: 0 when it used one that was there.
    var newConnections: Int { number(CURLINFO_NUM_CONNECTS) }

    /// What libcurl said about the fault of the last transfer; empty when it said nothing.
    var errorMessage: String { String(cString: errorBuffer) }

    /// Forgets what was said about an earlier transfer.
    func clearErrorMessage() {
        errorBuffer[0] = 0
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return callback_curl_get_long(curl, handle, info, &value) == CURLE_OK ? value : 0
    }

    /// A time of the last transfer in microseconds since it started.
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
