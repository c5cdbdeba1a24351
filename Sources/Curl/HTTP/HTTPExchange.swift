internal import CCurl
import Glibc

/// A handle for one HTTP exchange after another, and what it hears of the present one.
///
/// A class, for libcurl's callbacks come back with its address; ``HTTPTransfers`` keeps it alive.
final class HTTPExchange {
    let handle: EasyHandle
    /// The owner's name for the present exchange.
    var tag: Int64 = 0
    private let options: HTTPOptions
    private var headerList: CurlList?
    private var head: [UInt8] = []
    private var headCount = 0
    private var content: [UInt8] = []
    private var contentCount = 0
    private var isTooLong = false
    private var refused: [UInt8]?
    private var hasOpened = false
    /// Whether the system gave no socket.
    private var isExhausted = false

    init(_ options: HTTPOptions) throws(CurlError) {
        self.options = options
        handle = try EasyHandle.open(endpoint: "HTTP")
        try setUp()
    }

    /// Makes ready for a request; nothing is sent yet.
    func prepare(_ request: HTTPRequest, tag: Int64) throws(CurlError) {
        self.tag = tag
        forget()
        try handle.set(.url, request.url)
        try setBody(request.body)
        try handle.set(.customRequest, request.method)
        let list = handle.list(request.headerLines)
        try handle.set(.headers, list)
        // Only now may the list of the exchange before be freed.
        headerList = consume list
    }

    private func setBody(_ body: [UInt8]?) throws(CurlError) {
        guard let body else { return try handle.set(.get, 1) }
        try handle.set(.post, 1)
        try handle.set(.bodySize, Int64(body.count))
        // Asked for no bytes at an unknown address, libcurl would ask a read function for them.
        try handle.setCopiedBody(body.isEmpty ? [0] : body)
    }

    private func forget() {
        handle.clearErrorMessage()
        head.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: true)
        (headCount, contentCount) = (0, 0)
        (isTooLong, hasOpened, isExhausted, refused) = (false, false, false, nil)
    }

    /// What became of the exchange that libcurl says is over.
    func result(_ code: CURLcode) -> HTTPResult {
        let status = handle.responseCode
        return HTTPResult(
            status: status == 0 ? nil : status, headBytes: head, content: content,
            fault: fault(code), address: handle.text(CURLINFO_PRIMARY_IP).flatMap(Self.known),
            phases: phases)
    }

    private static func known(_ address: String) -> String? {
        address.isEmpty ? nil : address
    }

    private func fault(_ code: CURLcode) -> HTTPFault? {
        guard code != CURLE_OK else { return nil }
        if isTooLong {
            let message = "the answer is longer than \(options.limits.read) bytes"
            return HTTPFault(kind: .tooLong, message: message)
        }
        if code.isLineTooLong, handle.microseconds(CURLINFO_STARTTRANSFER_TIME_T) > 0 {
            let message = "a header of the answer is longer than 100 KB"
            return HTTPFault(kind: .tooLong, message: message)
        }
        if let refused, !hasOpened {
            return HTTPFault(kind: .blocked, message: SocketAddress.text(refused))
        }
        if isExhausted {
            return HTTPFault(kind: .exhausted, message: "no more files can be opened")
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

    /// Takes a line of a head; false ends the exchange.
    func take(head line: UnsafeRawBufferPointer) -> Bool {
        // After an interim answer (RFC 9110 15.2) the head begins anew.
        if line.starts(with: "HTTP/".utf8) { head.removeAll(keepingCapacity: true) }
        headCount += line.count
        isTooLong = headCount > options.limits.read
        guard !isTooLong else { return false }
        head.append(contentsOf: line)
        return true
    }

    /// Takes bytes of an answer; false ends the exchange.
    func take(content bytes: UnsafeRawBufferPointer) -> Bool {
        contentCount += bytes.count
        content.append(contentsOf: bytes.prefix(options.limits.kept - content.count))
        isTooLong = contentCount > options.limits.read
        return !isTooLong
    }

    /// Opens a socket to an address that the judge allows; -1 for any other.
    func open(_ address: curl_sockaddr, _ bytes: [UInt8]?) -> curl_socket_t {
        guard let bytes, options.judge(bytes) else {
            refused = bytes ?? []
            return -1
        }
        hasOpened = true
        let socket = Glibc.socket(
            address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        isExhausted = socket < 0 && [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
        return socket
    }

    /// Whether a request may go to the address of its connection.
    ///
    /// The judge was asked when the connection was opened. It is asked again for a connection that
    /// was kept, because its rules may have changed since.
    func permits(_ address: UnsafePointer<CChar>) -> Bool {
        if hasOpened { return true }
        let bytes = SocketAddress.bytes(ofText: address)
        if let bytes, options.judge(bytes) { return true }
        refused = bytes ?? []
        return false
    }
}

extension HTTPExchange {
    private func setUp() throws(CurlError) {
        try handle.set(.protocols, "http,https")
        // Nor one that the environment names: it would be the proxy's address that is judged.
        try handle.set(.proxy, "")
        try handle.set(.followLocation, 0)
        try handle.set(.verifyPeer, 1)
        try handle.set(.verifyHost, 2)
        try handle.set(.tlsVersion, Int(CURL_SSLVERSION_TLSv1_2))
        // One exchange a connection at a time, so that none waits for another's answer.
        try handle.set(.httpVersion, Int(CURL_HTTP_VERSION_1_1))
        if let authorities = options.authorities { try handle.set(.authorities, authorities) }
        try handle.set(.userAgent, options.userAgent)
        try handle.set(.connectTimeout, options.limits.connect)
        try handle.set(.timeout, options.limits.whole)
        // Giving up on a name server that hangs would otherwise wait for it, and all others too.
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
        // An empty piece would look like a refusal if it were not answered with its own size.
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
