internal import CCurl
import TextSupport

/// A connection to a mail server. It is opened when needed and kept for later mails.
package final class SMTPSession {
    private let handle: EasyHandle

    package init(_ options: SMTPOptions) throws(CurlError) {
        handle = try EasyHandle.open(options.url)
        try handle.set(.protocols, options.scheme)
        // A proxy in the environment is meant for the web.
        try handle.set(.proxy, "")
        try Self.secure(handle, options)
        try Self.limit(handle, options.timeouts)
        try Self.listen(handle)
        try handle.set(.allowFailedRecipients, 1)
    }

    /// Whether the last transfer reused a connection, if it had one.
    package var reusedConnection: Bool { handle.newConnections == 0 }

    /// Sets the timeout for each following transfer, in milliseconds.
    package func limit(toMilliseconds limit: Int) throws(CurlError) {
        try handle.set(.timeout, limit)
    }

    /// Sends a mail to one recipient. libcurl does not check the addresses, so check them before.
    ///
    /// - Parameters:
    ///   - from: The address for bounces.
    ///   - to: The recipient's address.
    ///   - size: The size of the mail in bytes.
    ///   - observer: Supplies the mail and observes the transfer.
    /// - Throws: ``CurlError``
    package func send(
        from: String, to: String, size: Int, _ observer: any SMTPObserver
    ) throws(CurlError) {
        try handle.set(.customRequest, nil)
        try handle.set(.noBody, 0)
        try handle.set(.upload, 1)
        try handle.set(.uploadSize, Int64(size))
        try handle.set(.mailFrom, from)
        try perform(for: observer) { () throws(CurlError) in
            try handle.perform(with: .recipients, [to])
        }
    }

    /// Connects, logs in and sends a command such as `NOOP`.
    package func command(
        _ command: String, _ observer: any SMTPObserver
    ) throws(CurlError) {
        try handle.set(.upload, 0)
        try handle.set(.noBody, 1)
        try handle.set(.mailFrom, nil)
        try handle.set(.customRequest, command)
        try perform(for: observer) { () throws(CurlError) in try handle.perform() }
    }

    /// Sends QUIT, waits at most `limit` milliseconds for the reply, and disconnects.
    ///
    /// By itself, libcurl waits two minutes for a server that does not reply.
    package func quit(limit: Int, _ observer: any SMTPObserver) {
        try? handle.set(.timeout, limit)
        try? command("QUIT", observer)
        handle.disconnect()
        try? handle.set(.timeout, 0)
    }

    /// Makes the observer available to the callbacks during the transfer.
    private func perform(
        for observer: any SMTPObserver, _ transfer: () throws(CurlError) -> Void
    ) throws(CurlError) {
        let listener = SMTPListener(observer)
        let context = Unmanaged.passUnretained(listener).toOpaque()
        try handle.set(.readContext, context)
        try handle.set(.headerContext, context)
        try handle.set(.debugContext, context)
        // Otherwise the optimizer might release it before the transfer.
        try withExtendedLifetime(listener) { () throws(CurlError) in try transfer() }
    }
}

extension SMTPSession {
    private static func secure(
        _ handle: borrowing EasyHandle, _ options: SMTPOptions
    ) throws(CurlError) {
        let level = options.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        try handle.set(.useTLS, Int(level.rawValue))
        try handle.set(.verifyPeer, 1)
        try handle.set(.verifyHost, 2)
        try handle.set(.tlsVersion, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = options.caFile { try handle.set(.caFile, caFile) }
        guard let userName = options.userName else { return }
        try handle.set(.userName, userName)
        try handle.set(.password, options.password)
        // libcurl would prefer DIGEST-MD5, which is obsolete and often broken.
        try handle.set(.loginOptions, "AUTH=PLAIN;AUTH=LOGIN")
    }

    private static func limit(
        _ handle: borrowing EasyHandle, _ timeouts: SMTPOptions.Timeouts
    ) throws(CurlError) {
        try handle.set(.connectTimeout, timeouts.connect)
        try handle.set(.responseTimeout, timeouts.response)
        try handle.set(.lowSpeedLimit, 100)
        try handle.set(.lowSpeedTime, 180)
        // Less than the five minutes after which servers close idle connections.
        try handle.set(.maximumIdleTime, 60)
    }

    private static func listen(_ handle: borrowing EasyHandle) throws(CurlError) {
        try handle.set(.read, SMTPListener.read)
        try handle.set(.header, SMTPListener.header)
        try handle.set(.write, SMTPListener.write)
        try handle.setDebug(SMTPListener.debug)
        // This enables the debug function. Nothing is printed.
        try handle.set(.verbose, 1)
    }
}

/// Forwards libcurl's callbacks to an observer.
final class SMTPListener {
    private let observer: any SMTPObserver

    init(_ observer: any SMTPObserver) {
        self.observer = observer
    }

    private static func listener(_ context: UnsafeMutableRawPointer?) -> SMTPListener? {
        context.map { Unmanaged<SMTPListener>.fromOpaque($0).takeUnretainedValue() }
    }

    static let read: callback_curl_transfer = { bytes, size, count, context in
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return listener(context)?.observer.fill(buffer) ?? Int(CURL_READFUNC_ABORT)
    }

    /// Returning any other number than the number of bytes aborts the transfer.
    static let header: callback_curl_transfer = { bytes, size, count, context in
        let continues = listener(context)?.observer.received(line(bytes, size * count))
        return continues == true ? size * count : 0
    }

    /// Replies to commands already arrive through the header function.
    static let write: callback_curl_transfer = { _, size, count, _ in size * count }

    static let debug: curl_debug_callback = { _, kind, bytes, count, context in
        if kind == CURLINFO_HEADER_OUT {
            listener(context)?.observer.sent(line(bytes, count))
        }
        return 0
    }

    /// Returns the bytes as text without the line break. Invalid UTF-8 is repaired.
    private static func line(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> String {
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        let end = buffer.lastIndex { $0 != 10 && $0 != 13 }.map { $0 + 1 } ?? 0
        return String(decoding: buffer[..<end], as: UTF8.self)
    }
}

/// Observes an SMTP transfer and supplies the mail. The functions are called in the order of the
/// events.
package protocol SMTPObserver: AnyObject {
    /// Called when a line was sent. It may contain credentials.
    func sent(_ line: String)

    /// Called when a line of a reply was received, without its line break.
    ///
    /// - Returns: False to abort the transfer immediately.
    func received(_ line: String) -> Bool

    /// Fills the buffer with the next bytes of the mail.
    ///
    /// - Returns: The number of bytes, 0 at the end, or nil to abort the transfer. After nil, the
    ///   final dot is not sent, and the server accepts nothing.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int?
}

/// The options of an SMTP session. They cannot be changed afterwards.
///
/// libcurl could reuse a connection that was opened under weaker rules (CVE-2026-4873,
/// CVE-2026-8286).
package struct SMTPOptions: Sendable {
    package enum Security: Sendable {
        case startTLS, implicitTLS, none
    }

    /// Timeouts. The defaults are those of RFC 5321 section 4.5.3.2.
    package struct Timeouts: Sendable {
        /// The timeout for connection, TLS handshake and greeting, in milliseconds.
        package var connect = 30_000
        /// The timeout for each reply, including the last one, in seconds.
        package var response = 600

        package init() {}
    }

    /// `host:port`, with brackets around IPv6 addresses.
    package var authority: String
    package var security: Security
    /// The host name for EHLO.
    package var clientName: String
    /// A file with CA certificates to trust instead of the system's.
    package var caFile: String?
    package var userName: String?
    package var password: String?
    package var timeouts = Timeouts()

    package init(authority: String, security: Security, clientName: String) {
        self.authority = authority
        self.security = security
        self.clientName = clientName
    }

    var scheme: String { security == .implicitTLS ? "smtps" : "smtp" }

    /// The URL. libcurl uses its path as the name for EHLO.
    var url: String {
        "\(scheme)://\(authority)/\(PercentEncoding.encoded(clientName))"
    }
}
