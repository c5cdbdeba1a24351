internal import CCurl

/// Many HTTP exchanges at once on one thread, with the connections they share.
///
/// The order of use: `start` as many as wanted, `poll` again and again for those that are over.
package struct HTTPTransfers: ~Copyable {
    private let curl: callback_curl
    private let multi: UnsafeMutableRawPointer
    private let options: HTTPOptions
    private var running: [UnsafeMutableRawPointer: HTTPExchange] = [:]
    private var idle: [HTTPExchange] = []
    private var unsound: [Ended] = []

    /// An exchange that is over, by the name it was started with.
    package struct Ended: Sendable {
        package var tag: Int64
        package var result: HTTPResult
    }

    /// - Parameter connections: how many are kept open when nothing uses them.
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

    /// How many exchanges are not over.
    package var count: Int { running.count + unsound.count }

    /// Begins an exchange; `poll` tells its end, also when it could not even begin.
    ///
    /// - Throws: only for want of memory or a libcurl that lacks HTTP.
    package mutating func start(_ request: HTTPRequest, tag: Int64) throws(CurlError) {
        guard request.isSound else { return unsound.append(Self.refusal(tag)) }
        let exchange = try freeExchange()
        try exchange.prepare(request, tag: tag)
        let code = curl.multi_add_handle(multi, exchange.handle.handle)
        guard code == CURLM_OK else { throw CurlError(CURLE_FAILED_INIT, endpoint: "HTTP") }
        running[exchange.handle.handle] = exchange
    }

    private mutating func freeExchange() throws(CurlError) -> HTTPExchange {
        if let exchange = idle.popLast() { return exchange }
        return try HTTPExchange(options)
    }

    private static func refusal(_ tag: Int64) -> Ended {
        let fault = HTTPFault(kind: .unsound, message: "a control character in the request")
        let result = HTTPResult(
            status: nil, headBytes: [], content: [], fault: fault, address: nil,
            phases: HTTPPhases())
        return Ended(tag: tag, result: result)
    }

    /// Moves all exchanges on, and returns those that have ended since.
    ///
    /// - Parameters:
    ///   - milliseconds: how long to wait for something to happen.
    ///   - wakers: descriptors that end the wait when they can be read; -1 for none.
    package mutating func poll(milliseconds: Int, wakers: [Int32] = []) -> [Ended] {
        defer { unsound.removeAll() }
        wait(unsound.isEmpty ? milliseconds : 0, wakers)
        var left: Int32 = 0
        _ = curl.multi_perform(multi, &left)
        return unsound + collect()
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
            // The message is gone once the handle is removed.
            let code = message.pointee.data.result
            ended.append(Ended(tag: exchange.tag, result: exchange.result(code)))
            _ = curl.multi_remove_handle(multi, handle)
            idle.append(exchange)
        }
        return ended
    }
}
