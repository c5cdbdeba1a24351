/// A part of a mail: header fields and a body (RFC 2045).
struct MimeEntity {
    let fields: [MessageHeader]
    let body: [UInt8]

    /// The header lines, including the empty line after them.
    var header: String { fields.map(\.text).joined() + "\r\n" }

    /// Returns a text part in UTF-8. All kinds of line breaks are accepted, and a missing last one
    /// is added.
    static func text(_ kind: String, _ content: String) -> MimeEntity {
        let (encoding, body) = TransferEncoding.shorter(for: lines(of: content))
        let fields = [
            MessageHeader("Content-Type", ["text/\(kind);", "charset=utf-8"]),
            MessageHeader("Content-Transfer-Encoding", encoding.rawValue),
        ]
        return MimeEntity(fields: fields, body: body)
    }

    /// Returns the bytes of the text with a line feed at the end of each line.
    private static func lines(of content: String) -> [UInt8] {
        var lines = Array(content.utf8)
        if lines.contains(.carriageReturn) { lines = withoutCarriageReturns(lines) }
        if let last = lines.last, last != .lineFeed { lines.append(.lineFeed) }
        return lines
    }

    private static func withoutCarriageReturns(_ text: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        for (index, byte) in text.enumerated() {
            let isSecondHalf = byte == .lineFeed && index > 0 && text[index - 1] == .carriageReturn
            if !isSecondHalf { lines.append(byte == .carriageReturn ? .lineFeed : byte) }
        }
        return lines
    }

    /// Returns an attached CSV file with unchanged bytes.
    static func csv(named name: String, _ bytes: [UInt8]) throws(MessageError) -> MimeEntity {
        let parameter = try FileNameParameter(name)
        let fields = [
            MessageHeader("Content-Type", ["text/csv;", "charset=utf-8;", parameter.fallback]),
            MessageHeader("Content-Transfer-Encoding", TransferEncoding.base64.rawValue),
            MessageHeader("Content-Disposition", ["attachment;"] + parameter.disposition),
        ]
        return MimeEntity(fields: fields, body: TransferEncoding.encode(bytes))
    }

    /// Returns several parts, separated by a boundary.
    ///
    /// The boundary cannot occur in a part because no part contains `=_`: quoted-printable never
    /// produces it, base64 has no `_`, and no header field begins with `--` (RFC 2045 section 6.7,
    /// note on boundaries). Nested multiparts have different boundaries.
    static func multipart(_ kind: String, _ parts: [MimeEntity]) -> MimeEntity {
        let boundary = "=_\(kind)"
        var body: [UInt8] = []
        // Parts are long, so avoid repeated copies while the array grows.
        body.reserveCapacity(parts.reduce(0) { $0 + $1.body.count + 1024 })
        for part in parts {
            body += "--\(boundary)\r\n\(part.header)".utf8
            body += part.body
            body += "\r\n".utf8
        }
        body += "--\(boundary)--\r\n".utf8
        let field = MessageHeader(
            "Content-Type", ["multipart/\(kind);", "boundary=\"\(boundary)\""])
        return MimeEntity(fields: [field], body: body)
    }
}
