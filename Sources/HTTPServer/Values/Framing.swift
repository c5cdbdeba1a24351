/// The properties of a request head that the server itself needs, collected in one pass over the
/// headers.
struct Framing {
    /// The size of the request head as sent, in bytes, assuming a single space where several are
    /// allowed.
    private(set) var size: Int
    private let needsHost: Bool
    private var hosts = 0
    private var lengths: [String] = []
    private var codings: [String] = []
    /// Whether a header name is invalid or a value contains a control character.
    private var isInvalid = false

    init(_ head: RequestHead) {
        size = head.method.utf8.count + head.target.utf8.count + " HTTP/1.1 \r\n\r\n".utf8.count
        needsHost = head.version != "HTTP/1.0"
        for (name, value) in head.headers { note(name, value) }
    }

    private mutating func note(_ name: String, _ value: String) {
        size += name.utf8.count + value.utf8.count + ": \r\n".utf8.count
        if !Self.isName(name) || !Self.isValue(value) { isInvalid = true }
        if RequestHead.areSame(name, "host") { hosts += 1 }
        if RequestHead.areSame(name, "content-length") { lengths.append(value) }
        if RequestHead.areSame(name, "transfer-encoding") { codings.append(value) }
    }

    /// Whether a header is invalid or the Host header is missing or repeated.
    ///
    /// See https://www.rfc-editor.org/rfc/rfc9112#section-3.2 and section 5.1, and for control
    /// characters https://www.rfc-editor.org/rfc/rfc9110#section-5.5. Other programs may interpret
    /// such requests differently.
    var isMalformed: Bool { isInvalid || hosts > 1 || hosts == 0 && needsHost }

    /// Whether a proxy might find the end of the request at another position than this server.
    ///
    /// Such a request is rejected and its connection closed, because the bytes after it could be a
    /// smuggled request. See https://www.rfc-editor.org/rfc/rfc9112#section-6.3.
    var isAmbiguous: Bool {
        guard !codings.isEmpty else {
            return lengths.count > 1
                || lengths.contains { !$0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        }
        return !lengths.isEmpty || codings.map { $0.lowercased() } != ["chunked"]
    }

    // MARK: Bytes

    private static func isName(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { !$0.isEmpty && $0.allSatisfy(isOfToken) }
    }

    /// A token character: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2.
    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x7C, 0x7E: true
        // ! # $ % & ' * + - .
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }

    private static func isValue(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { !$0.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
    }
}
