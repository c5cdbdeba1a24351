internal import CCurl

/// Many concurrent HTTP exchanges on one thread, with shared connections.
///
/// Start any number of exchanges, then call `poll` repeatedly to get the results:
///
///     var transfers = try HTTPTransfers(options, connections: 100)
///     try transfers.start(HTTPRequest(method: "POST", url: url, body: body), tag: 1)
///     while transfers.count > 0 {
///         for ended in transfers.poll(milliseconds: 1000) { print(ended.tag, ended.result) }
///     }
package struct HTTPTransfers: ~Copyable {
    private let curl: callback_curl
    private let multi: UnsafeMutableRawPointer
    private let options: HTTPOptions
    private var running: [UnsafeMutableRawPointer: HTTPExchange] = [:]
    /// Finished exchanges that the next requests reuse.
    private(set) var idle: [HTTPExchange] = []
    private var invalid: [Ended] = []

    /// An exchange that has ended, with the tag it was started with.
    package struct Ended: Sendable {
        package var tag: Int64
        package var result: HTTPResult
    }

    /// Creates an object without exchanges.
    ///
    /// - Parameters:
    ///   - options: The options for all exchanges.
    ///   - connections: How many idle connections are kept open.
    package init(_ options: HTTPOptions, connections: Int) throws(CurlError) {
        guard let curl = CurlLibrary.functions else {
            throw CurlError(CURLE_NOT_BUILT_IN, endpoint: "HTTP")
        }
        guard let multi = curl.multi_init() else {
            throw CurlError(CURLE_FAILED_INIT, endpoint: "HTTP")
        }
        self.curl = curl
        self.multi = multi
        self.options = options
        _ = callback_curl_multi_set_long(curl, multi, CURLMOPT_MAXCONNECTS, connections)
    }

    deinit {
        for exchange in running.values {
            _ = curl.multi_remove_handle(multi, exchange.handle.handle)
        }
        _ = curl.multi_cleanup(multi)
    }

    /// The number of exchanges that have not ended.
    package var count: Int { running.count + invalid.count }

    /// Starts an exchange. `poll` returns its result, even if it could not be started.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - tag: The caller's identifier of the exchange.
    ///   - maxKeptSize: How many bytes of the response body are kept, if not the number in the
    ///     options.
    /// - Throws: ``CurlError`` only if memory runs out or libcurl lacks HTTP.
    package mutating func start(
        _ request: HTTPRequest, tag: Int64, maxKeptSize: Int? = nil
    ) throws(CurlError) {
        guard request.isSound else { return invalid.append(Self.refusal(tag)) }
        let exchange = try freeExchange()
        try exchange.prepare(request, tag: tag, maxKeptSize: maxKeptSize)
        let code = curl.multi_add_handle(multi, exchange.handle.handle)
        guard code == CURLM_OK else { throw CurlError(CURLE_FAILED_INIT, endpoint: "HTTP") }
        running[exchange.handle.handle] = exchange
    }

    private mutating func freeExchange() throws(CurlError) -> HTTPExchange {
        if let exchange = idle.popLast() { return exchange }
        return try HTTPExchange(options)
    }

    private static func refusal(_ tag: Int64) -> Ended {
        let fault = HTTPFault(
            kind: .invalidRequest, message: "the request contains a control character")
        let result = HTTPResult(
            status: nil, headBytes: [], content: [], fault: fault, address: nil,
            phases: HTTPPhases())
        return Ended(tag: tag, result: result)
    }

    /// Advances all exchanges and returns the ones that have ended.
    ///
    /// - Parameters:
    ///   - milliseconds: How long to wait for an event.
    ///   - wakers: Descriptors that end the wait when they become readable. -1 is ignored.
    package mutating func poll(milliseconds: Int, wakers: [Int32] = []) -> [Ended] {
        defer { invalid.removeAll() }
        wait(invalid.isEmpty ? milliseconds : 0, wakers)
        var left: Int32 = 0
        _ = curl.multi_perform(multi, &left)
        return invalid + collect()
    }

    private func wait(_ milliseconds: Int, _ wakers: [Int32]) {
        var descriptors = wakers.filter { $0 >= 0 }.map {
            curl_waitfd(fd: $0, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        }
        _ = curl.multi_poll(
            multi, &descriptors, UInt32(descriptors.count), Int32(milliseconds), nil)
    }

    private mutating func collect() -> [Ended] {
        var ended: [Ended] = []
        var queued: Int32 = 0
        while let message = curl.multi_info_read(multi, &queued) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let exchange = running.removeValue(forKey: handle)
            else { continue }
            // Removing the handle invalidates the message.
            let code = message.pointee.data.result
            ended.append(Ended(tag: exchange.tag, result: exchange.result(code)))
            _ = curl.multi_remove_handle(multi, handle)
            if !exchange.isLarge { idle.append(exchange) }
        }
        return ended
    }
}

/// Limits for the duration and the size of HTTP exchanges.
package struct HTTPLimits: Sendable {
    /// The timeout for name lookup, connection and TLS handshake, in milliseconds.
    package var connectTimeout: Int
    /// The timeout for the complete exchange, in milliseconds.
    package var totalTimeout: Int
    /// The maximum size of a response body, and of a head, in bytes. Longer responses are a fault.
    package var maxResponseSize: Int
    /// How many bytes of a response body are kept.
    package var maxKeptSize: Int

    package init(connectTimeout: Int, totalTimeout: Int, maxResponseSize: Int, maxKeptSize: Int) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.maxResponseSize = maxResponseSize
        self.maxKeptSize = maxKeptSize
    }
}

/// The options that all exchanges of an ``HTTPTransfers`` share.
package struct HTTPOptions: Sendable {
    package var limits: HTTPLimits
    /// The User-Agent for requests without one.
    package var userAgent: String
    /// Decides whether a socket may connect to an address, given in network byte order with 4 or 16
    /// bytes.
    ///
    /// The actual address of the socket is checked, so a DNS change after an earlier lookup has no
    /// effect.
    package var isAllowed: @Sendable (_ address: [UInt8]) -> Bool
    /// A file with CA certificates to trust instead of the system's.
    package var caFile: String?
    /// Whether to use a proxy from the environment. Then `isAllowed` checks the proxy's address.
    package var usesEnvironmentProxy: Bool

    package init(
        limits: HTTPLimits, userAgent: String, caFile: String? = nil,
        usesEnvironmentProxy: Bool = false,
        isAllowed: @escaping @Sendable (_ address: [UInt8]) -> Bool
    ) {
        self.limits = limits
        self.userAgent = userAgent
        self.caFile = caFile
        self.usesEnvironmentProxy = usesEnvironmentProxy
        self.isAllowed = isAllowed
    }
}
