internal import CCurl
import Glibc

/// A handle for successive HTTP exchanges, with the state of the current exchange.
///
/// It is a class because libcurl's callbacks receive its address. ``HTTPTransfers`` keeps it alive.
final class HTTPExchange {
    let handle: EasyHandle
    /// The owner's identifier of the current exchange.
    var tag: Int64 = 0
    /// Whether the request is so large that the handle, which keeps a copy of it, is not reused.
    private(set) var isLarge = false
    private let options: HTTPOptions
    /// How many bytes of the current response body are kept.
    private var maxKeptSize = 0
    private var headerList: CurlList?
    private var head: [UInt8] = []
    private var headCount = 0
    private var content: [UInt8] = []
    private var contentCount = 0
    private var isTooLong = false
    private var blockedAddress: [UInt8]?
    private var hasOpened = false
    /// Whether the system could not open a socket.
    private var isOutOfSockets = false

    init(_ options: HTTPOptions) throws(CurlError) {
        self.options = options
        handle = try EasyHandle.open(endpoint: "HTTP")
        try setUp()
    }

    /// Prepares a request without sending it.
    func prepare(
        _ request: HTTPRequest, tag: Int64, maxKeptSize: Int? = nil
    ) throws(CurlError) {
        self.tag = tag
        resetState()
        self.maxKeptSize = maxKeptSize ?? options.limits.maxKeptSize
        isLarge = request.size > 64 << 10
        try handle.set(.url, request.url)
        try setBody(request.body)
        try handle.set(.customRequest, request.method)
        let list = handle.list(request.headerLines)
        try handle.set(.headers, list)
        // The list of the previous exchange may be freed only now.
        headerList = consume list
    }

    private func setBody(_ body: [UInt8]?) throws(CurlError) {
        guard let body else { return try handle.set(.get, 1) }
        try handle.set(.post, 1)
        try handle.set(.bodySize, Int64(body.count))
        // With zero bytes at a null pointer, libcurl would call a read function.
        try handle.setCopiedBody(body.isEmpty ? [0] : body)
    }

    private func resetState() {
        handle.clearErrorMessage()
        head.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: maxKeptSize == options.limits.maxKeptSize)
        (headCount, contentCount) = (0, 0)
        (isTooLong, hasOpened, isOutOfSockets, blockedAddress) = (false, false, false, nil)
    }

    /// Returns the result of an exchange that libcurl has finished.
    func result(_ code: CURLcode) -> HTTPResult {
        let status = handle.responseCode
        var result = HTTPResult(
            status: status == 0 ? nil : status, headBytes: head, content: content,
            fault: fault(code), address: handle.text(CURLINFO_PRIMARY_IP).flatMap(Self.nonEmpty),
            phases: phases)
        if result.isChunked { result.content = ChunkedBody.decoded(content) }
        result.mayHaveBeenSent = handle.microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0
        return result
    }

    private static func nonEmpty(_ address: String) -> String? {
        address.isEmpty ? nil : address
    }

    private func fault(_ code: CURLcode) -> HTTPFault? {
        guard code != CURLE_OK else { return nil }
        if isTooLong {
            let message = "the response is longer than \(options.limits.maxResponseSize) bytes"
            return HTTPFault(kind: .tooLong, message: message)
        }
        if code.isLineTooLong, handle.microseconds(CURLINFO_STARTTRANSFER_TIME_T) > 0 {
            let message = "a header of the response is longer than 100 KB"
            return HTTPFault(kind: .tooLong, message: message)
        }
        if let blockedAddress, !hasOpened {
            return HTTPFault(kind: .blocked, message: SocketAddress.text(blockedAddress))
        }
        if isOutOfSockets {
            return HTTPFault(kind: .outOfFiles, message: "too many open files")
        }
        return HTTPFault(code, message: handle.errorMessage)
    }

    private var phases: HTTPPhases {
        var phases = HTTPPhases()
        phases.nameLookup = handle.microseconds(CURLINFO_NAMELOOKUP_TIME_T)
        phases.connect = handle.microseconds(CURLINFO_CONNECT_TIME_T)
        phases.tls = handle.microseconds(CURLINFO_APPCONNECT_TIME_T)
        phases.firstByte = handle.microseconds(CURLINFO_STARTTRANSFER_TIME_T)
        phases.total = handle.microseconds(CURLINFO_TOTAL_TIME_T)
        return phases
    }

    // MARK: What libcurl says

    /// Receives a line of a response head. Returns false to abort the exchange.
    func take(head line: UnsafeRawBufferPointer) -> Bool {
        // After an interim response (RFC 9110 section 15.2), a new head begins.
        if line.starts(with: "HTTP/".utf8) { head.removeAll(keepingCapacity: true) }
        headCount += line.count
        isTooLong = headCount > options.limits.maxResponseSize
        guard !isTooLong else { return false }
        head.append(contentsOf: line)
        return true
    }

    /// Receives bytes of a response body, with the framing of chunks. Returns false to abort the exchange.
    func take(content bytes: UnsafeRawBufferPointer) -> Bool {
        contentCount += bytes.count
        content.append(contentsOf: bytes.prefix(maxKeptSize - content.count))
        isTooLong = contentCount > options.limits.maxResponseSize
        return !isTooLong
    }

    /// Opens a socket to an address if the address check allows it. Returns -1 otherwise.
    func open(_ address: curl_sockaddr, _ bytes: [UInt8]?) -> curl_socket_t {
        guard let bytes, options.isAllowed(bytes) else {
            blockedAddress = bytes ?? []
            return -1
        }
        hasOpened = true
        let socket = Glibc.socket(
            address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        isOutOfSockets = socket < 0 && [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
        return socket
    }

    /// Whether a request may be sent to the address of its connection.
    ///
    /// The address check was called when the connection was opened. It is called again for reused
    /// connections because its rules may have changed.
    func permits(_ address: UnsafePointer<CChar>) -> Bool {
        if hasOpened { return true }
        let bytes = SocketAddress.bytes(ofText: address)
        if let bytes, options.isAllowed(bytes) { return true }
        blockedAddress = bytes ?? []
        return false
    }
}

extension HTTPExchange {
    private func setUp() throws(CurlError) {
        try handle.set(.protocols, "http,https")
        // Otherwise, use no proxy, not even one from the environment: the address check would check
        // the proxy's address.
        if !options.usesEnvironmentProxy { try handle.set(.proxy, "") }
        try handle.set(.followLocation, 0)
        // Chunks are counted as received.
        try handle.set(.decodesTransfer, 0)
        try handle.set(.verifyPeer, 1)
        try handle.set(.verifyHost, 2)
        try handle.set(.tlsVersion, Int(CURL_SSLVERSION_TLSv1_2))
        // HTTP/1.1 uses one connection per exchange, so no exchange waits for the response of
        // another.
        try handle.set(.httpVersion, Int(CURL_HTTP_VERSION_1_1))
        try handle.readOneMessage()
        if let caFile = options.caFile { try handle.set(.caFile, caFile) }
        try handle.set(.userAgent, options.userAgent)
        try handle.set(.connectTimeout, options.limits.connectTimeout)
        try handle.set(.timeout, options.limits.totalTimeout)
        // Otherwise a timeout would wait for a name server that does not respond, and block all
        // other exchanges.
        try handle.set(.quickExit, 1)
        try listen()
    }

    private func listen() throws(CurlError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try handle.set(.headerContext, context)
        try handle.set(.writeContext, context)
        try handle.set(.openSocketContext, context)
        try handle.set(.header, Self.header)
        try handle.set(.write, Self.write)
        try handle.setOpenSocket(Self.openSocket)
        try handle.set(.prerequestContext, context)
        try handle.setPrerequest(Self.prerequest)
    }

    private static func exchange(_ context: UnsafeMutableRawPointer?) -> HTTPExchange? {
        context.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    private static let header: callback_curl_transfer = { bytes, size, count, context in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return exchange(context)?.take(head: line) == true ? size * count : 0
    }

    private static let write: callback_curl_transfer = { bytes, size, count, context in
        let content = UnsafeRawBufferPointer(start: bytes, count: size * count)
        // Returning 0 for an empty chunk would look like an abort, so a different value signals it.
        return exchange(context)?.take(content: content) == true ? size * count : size * count + 1
    }

    private static let openSocket: curl_opensocket_callback = { context, _, address in
        guard let address, let exchange = exchange(context) else { return -1 }
        return exchange.open(address.pointee, SocketAddress.bytes(of: address))
    }

    private static let prerequest: curl_prereq_callback = { context, address, _, _, _ in
        guard let address, exchange(context)?.permits(address) == true else {
            return CURL_PREREQFUNC_ABORT
        }
        return CURL_PREREQFUNC_OK
    }
}

/// A message body in chunks (https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
///
/// libcurl finds its end but does not decode it: it would read a chunk extension of any length
/// without passing on a byte of it, so that no limit of the response would apply.
enum ChunkedBody {
    /// Returns the contents of all chunks, without extensions and trailers.
    ///
    /// - Parameter bytes: The body as received. Its end may be missing.
    static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var (content, rest) = ([UInt8](), bytes[...])
        while let size = takeSize(of: &rest), size > 0 {
            let count = Int(min(size, UInt64(rest.count)))
            content += rest.prefix(count)
            rest = rest.dropFirst(count)
            takeLine(of: &rest)
        }
        return content
    }

    /// Removes the line before a chunk. Returns nil if it is incomplete or not valid.
    private static func takeSize(of rest: inout ArraySlice<UInt8>) -> UInt64? {
        let digits = rest.prefix { isHexDigit($0) }
        guard rest.count > digits.count else { return nil }
        takeLine(of: &rest)
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Removes everything up to the next line feed.
    private static func takeLine(of rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 != 10 }.dropFirst()
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
