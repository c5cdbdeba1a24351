internal import CCurl
import Glibc

/// A handle of libcurl for one transfer after another, with the connections it keeps open.
///
/// Used by one thread at a time; the compiler sees to that, for it is not `Sendable`.
struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private let endpoint: String

    /// Makes a handle whose transfers all go to one URL; errors show its endpoint.
    static func open(_ url: String) throws(CurlError) -> EasyHandle {
        let endpoint = Endpoint.of(url)
        guard CurlLibrary.state == CURLE_OK, let raw = curl_easy_init() else {
            throw CurlError(CURLE_FAILED_INIT, endpoint: endpoint)
        }
        let handle = EasyHandle(raw, endpoint: endpoint)
        try handle.set(.errorBuffer, UnsafeMutableRawPointer(handle.errorBuffer))
        try handle.set(.url, url)
        // Time limits must not use SIGALRM, nor a broken connection end the process with SIGPIPE.
        try handle.set(.noSignal, 1)
        return handle
    }

    private init(_ handle: UnsafeMutableRawPointer, endpoint: String) {
        self.handle = handle
        self.endpoint = endpoint
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        errorBuffer.deallocate()
    }

    func set(_ option: CurlOption<Int>, _ value: Int) throws(CurlError) {
        try check(callback_curl_set_long(handle, option.raw, value))
    }

    func set(_ option: CurlOption<Int64>, _ value: Int64) throws(CurlError) {
        try check(callback_curl_set_size(handle, option.raw, curl_off_t(value)))
    }

    func set(_ option: CurlOption<String>, _ value: String?) throws(CurlError) {
        try check(callback_curl_set_text(handle, option.raw, value))
    }

    func set(
        _ option: CurlOption<UnsafeMutableRawPointer>, _ value: UnsafeMutableRawPointer?
    ) throws(CurlError) {
        try check(callback_curl_set_pointer(handle, option.raw, value))
    }

    func set(
        _ option: CurlOption<callback_curl_transfer>, _ value: callback_curl_transfer
    ) throws(CurlError) {
        try check(callback_curl_set_transfer(handle, option.raw, value))
    }

    func setDebug(_ value: curl_debug_callback) throws(CurlError) {
        try check(callback_curl_set_debug(handle, value))
    }

    /// Does the transfer with a list that lives for just as long, for libcurl keeps no copy.
    func perform(
        with option: CurlOption<[String]>, _ values: [String]
    ) throws(CurlError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            list = curl_slist_append(list, value)
        }
        defer {
            _ = callback_curl_set_list(handle, option.raw, nil)
            curl_slist_free_all(list)
        }
        try check(callback_curl_set_list(handle, option.raw, list))
        try perform()
    }

    /// Does the transfer; a failed one leaves no connection behind.
    func perform() throws(CurlError) {
        errorBuffer[0] = 0
        let code = curl_easy_perform(handle)
        guard code != CURLE_OK else { return }
        disconnect()
        throw CurlError(code, endpoint: endpoint, message: String(cString: errorBuffer))
    }

    /// Cuts the connection without a farewell, so that cleaning up has no answer to wait for.
    func disconnect() {
        var socket: curl_socket_t = -1
        guard callback_curl_get_socket(handle, &socket) == CURLE_OK, socket >= 0 else { return }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// The status of the last answer; 0 when there was none.
    var responseCode: Int { number(CURLINFO_RESPONSE_CODE) }

    /// How many connections the last transfer opened: 0 when it used one that was there.
    var newConnections: Int { number(CURLINFO_NUM_CONNECTS) }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return callback_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code != CURLE_OK else { return }
        throw CurlError(code, endpoint: endpoint)
    }
}
