/// A part of a mail: its own headers and its body, by RFC 2045.
struct MimeEntity {
    let fields: [HeaderField]
    let body: [UInt8]

    var bytes: [UInt8] {
        Array((fields.map(\.text).joined() + "\r\n").utf8) + body
    }

    /// A text part in UTF-8; any kind of line end counts, and the last line has one.
    static func text(_ kind: String, _ content: String) -> MimeEntity {
        // In Swift a CR LF is one character, and each of these three is a new line.
        var lines = content.split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
        if lines.last?.isEmpty == false { lines.append("") }
        let (encoding, body) = TransferEncoding.shorter(for: lines.joined(separator: "\n"))
        let fields = [
            HeaderField("Content-Type", ["text/\(kind);", "charset=utf-8"]),
            HeaderField("Content-Transfer-Encoding", encoding.rawValue),
        ]
        return MimeEntity(fields: fields, body: body)
    }

    /// An attached CSV file, byte for byte.
    static func csv(named name: String, _ bytes: [UInt8]) throws(MessageError) -> MimeEntity {
        let parameter = try FileNameParameter(name)
        let fields = [
            HeaderField("Content-Type", ["text/csv;", "charset=utf-8;", parameter.fallback]),
            HeaderField("Content-Transfer-Encoding", TransferEncoding.base64.rawValue),
            HeaderField("Content-Disposition", ["attachment;"] + parameter.disposition),
        ]
        return MimeEntity(fields: fields, body: TransferEncoding.encode(bytes))
    }

    /// Several parts with a boundary between them that is a hash of them, so the same each time.
    static func multipart(_ kind: String, _ parts: [MimeEntity]) -> MimeEntity {
        let contents = parts.map(\.bytes)
        let boundary = boundary(of: contents)
        var body: [UInt8] = []
        for content in contents {
            body += Array("--\(boundary)\r\n".utf8) + content + Array("\r\n".utf8)
        }
        body += Array("--\(boundary)--\r\n".utf8)
        let field = HeaderField("Content-Type", ["multipart/\(kind);", "boundary=\"\(boundary)\""])
        return MimeEntity(fields: [field], body: body)
    }

    /// A boundary that stands in none of the parts; `=_` can do so in neither encoding.
    private static func boundary(of contents: [[UInt8]]) -> String {
        var hash = SHA256.hexadecimal(Array(contents.joined()))
        while contents.contains(where: { $0.contains("=_\(hash.prefix(32))") }) {
            hash = SHA256.hexadecimal(Array(hash.utf8))
        }
        return "=_\(hash.prefix(32))"
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool {
        String(decoding: self, as: UTF8.self).utf8.firstRange(of: text.utf8) != nil
    }
}
