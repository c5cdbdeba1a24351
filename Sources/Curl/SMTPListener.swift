internal import CCurl

/// The way from libcurl's callbacks to a conversation.
final class SMTPListener {
    private let conversation: any SMTPObserver

    init(_ conversation: any SMTPObserver) {
        self.conversation = conversation
    }

    private static func listener(_ context: UnsafeMutableRawPointer?) -> SMTPListener? {
        context.map { Unmanaged<SMTPListener>.fromOpaque($0).takeUnretainedValue() }
    }

    static let read: callback_curl_transfer = { bytes, size, count, context in
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return listener(context)?.conversation.fill(buffer) ?? Int(CURL_READFUNC_ABORT)
    }

    /// Any number but that of the bytes ends the transfer.
    static let header: callback_curl_transfer = { bytes, size, count, context in
        let goesOn = listener(context)?.conversation.received(line(bytes, size * count))
        return goesOn == true ? size * count : 0
    }

    /// What a command answers comes through the header function already.
    static let write: callback_curl_transfer = { _, size, count, _ in size * count }

    static let debug: curl_debug_callback = { _, kind, bytes, count, context in
        if kind == CURLINFO_HEADER_OUT {
            listener(context)?.conversation.sent(line(bytes, count))
        }
        return 0
    }

    /// The bytes as text, repaired where they are not UTF-8, without the line end.
    private static func line(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> String {
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        let end = buffer.lastIndex { $0 != 10 && $0 != 13 }.map { $0 + 1 } ?? 0
        return String(decoding: buffer[..<end], as: UTF8.self)
    }
}
