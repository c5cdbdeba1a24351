internal import CCurl

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
    /// - Returns: false to abort the transfer immediately.
    func received(_ line: String) -> Bool

    /// Fills the buffer with the next bytes of the mail.
    ///
    /// - Returns: the number of bytes, 0 at the end, or nil to abort the transfer. After nil, the
    ///   final dot is not sent, and the server accepts nothing.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int?
}
