import FoundationEssentials
import TextSupport

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
        let first = lines.withUnsafeBufferPointer { $0.offset(of: .carriageReturn, from: 0) }
        if first != nil { lines = withoutCarriageReturns(lines) }
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

/// The name of an attachment as header parameters.
struct FileNameParameter {
    private let name: String

    init(_ name: String) throws(MessageError) {
        guard !name.hasControl else { throw .controlCharacter(field: "attachment") }
        let isPath = name.contains { $0 == "/" || $0 == "\\" }
        guard !name.isEmpty, !isPath else { throw .fileName(name) }
        self.name = name
    }

    /// The pieces of the `filename` parameter, encoded as in RFC 2231 if necessary.
    ///
    /// Only one of the two forms is used, because mail readers disagree on which one takes
    /// precedence.
    var disposition: [String] {
        isPlain ? ["filename=\"\(name)\""] : Self.extended("filename", name)
    }

    /// The name for readers that only support `name`. Non-ASCII characters become `_`.
    var fallback: String {
        let letters = name.prefix(50).map { character in
            character.isASCII && character != "\"" && character != "?" ? character : "_"
        }
        return "name=\"\(String(letters))\""
    }

    private var isPlain: Bool {
        name.isPrintableASCII && name.utf8.count <= 50 && !name.contains("\"")
            && !name.contains("=?")
    }

    /// Returns `key*0*=UTF-8''…; key*1*=…` in sections that fit into a line (RFC 2231 section 4.1).
    private static func extended(_ key: String, _ value: String) -> [String] {
        // Split only between scalars, because a section that ends inside one would not be valid
        // UTF-8.
        let encoded = value.unicodeScalars.map { scalar in
            String(scalar).utf8.map(Self.escaped).joined()
        }
        var sections = [""]
        for unit in encoded {
            if sections[sections.count - 1].utf8.count + unit.utf8.count > 50 {
                sections.append("")
            }
            sections[sections.count - 1] += unit
        }
        if sections.count == 1 { return ["\(key)*=UTF-8''\(sections[0])"] }
        return sections.enumerated().map { index, section in
            let end = index == sections.count - 1 ? "" : ";"
            return "\(key)*\(index)*=\(index == 0 ? "UTF-8''" : "")\(section)\(end)"
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let isSafe = byte.isLetterOrDigit || "-._".utf8.contains(byte)
        return isSafe ? String(Unicode.Scalar(byte)) : "%" + byte.hexadecimal(uppercase: true)
    }
}

/// The encoded content of a mail. Mails that differ only in their recipient share it.
package struct MessageContent: Sendable {
    let entity: MimeEntity

    /// Creates the content: text, HTML as the preferred alternative, and an attachment.
    package init(
        text: String, html: String?, attachment: OutgoingMessage.Attachment?
    ) throws(MessageError) {
        var entity = MimeEntity.text("plain", text)
        if let html {
            entity = .multipart("alternative", [entity, .text("html", html)])
        }
        if let attachment {
            let file = try MimeEntity.csv(named: attachment.name, attachment.bytes)
            entity = .multipart("mixed", [entity, file])
        }
        self.entity = entity
    }

    /// The bytes after the empty line that ends the header.
    package var bytes: [UInt8] { entity.body }
}

/// Reads the texts of mails that this program has written.
package enum MessageText {
    /// Returns the text of the `text/KIND` part of a mail's content, or nil if there is none.
    ///
    /// It is the original text, with a line feed at the end of each line.
    package static func of(kind: String, in content: [UInt8]) -> String? {
        // The start of a boundary never occurs in a part; see ``MimeEntity``.
        for part in content.split(separator: Array("\r\n--=_".utf8)) {
            guard let blank = part.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let header = String(decoding: part[..<blank.lowerBound], as: UTF8.self)
            guard header.contains("Content-Type: text/\(kind);") else { continue }
            return decoded(part[blank.upperBound...], header)
        }
        return nil
    }

    private static func decoded(_ body: ArraySlice<UInt8>, _ header: String) -> String {
        let isBase64 = header.hasSuffix(TransferEncoding.base64.rawValue)
        let lines = isBase64 ? TransferEncoding.decode(body) : QuotedPrintable.decode(body)
        return String(decoding: lines, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}

/// A value that cannot be part of a mail.
package enum MessageError: Error, Equatable, Sendable {
    /// A header value contains a line break or another control character.
    case controlCharacter(field: String)
    /// A value does not have the form that its header requires.
    case malformed(field: String, value: String)
    /// The sender's address is one that not all servers accept.
    case internationalSender(field: String, address: String)
    /// A file name is empty or contains a path.
    case fileName(String)
}

extension MessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .controlCharacter(let field):
            "\(field): contains a control character, such as a line break; remove it"
        case .malformed(let field, let value):
            "\(field): '\(value)' is not valid for this header"
        case .internationalSender(let field, let address):
            "\(field): '\(address)' requires a server with SMTPUTF8 support; use an ASCII address"
        case .fileName(let name):
            "attachment: '\(name)' is not a valid file name; use a name without a path"
        }
    }
}

/// A header field, folded if it is long.
struct MessageHeader {
    let name: String
    /// The pieces of the value, separated by spaces. Lines can only be folded between pieces.
    let pieces: [String]

    init(_ name: String, _ pieces: [String]) {
        self.name = name
        self.pieces = pieces
    }

    init(_ name: String, _ piece: String) {
        self.init(name, [piece])
    }

    /// The field with its CRLF, in lines of 78 characters, or 76 with encoded words (RFC 2047
    /// section 2).
    ///
    /// A longer piece gets its own line, which stays below the limit of 998 in RFC 5322 section
    /// 2.1.1.
    var text: String {
        let limit = pieces.contains { $0.hasPrefix("=?") } ? 76 : 78
        var text = name + ":"
        var column = text.utf8.count
        for (index, piece) in pieces.enumerated() {
            let isFolded = index > 0 && column + 1 + piece.utf8.count > limit
            text += (isFolded ? "\r\n " : " ") + piece
            column = (isFolded ? 0 : column) + 1 + piece.utf8.count
        }
        return text + "\r\n"
    }

    /// Returns a field with free text, encoded if necessary.
    static func unstructured(
        _ name: String, _ value: String
    ) throws(MessageError) -> MessageHeader {
        guard !value.hasControl else { throw .controlCharacter(field: name) }
        let words = value.split(separator: " ", omittingEmptySubsequences: false)
        let isPlain =
            value.isPrintableASCII && !value.contains("=?")
            && words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 60 }
        if isPlain { return MessageHeader(name, words.map(String.init)) }
        return MessageHeader(name, EncodedWord.words(of: value, after: name))
    }
}

/// Encodes non-ASCII text in headers (RFC 2047).
enum EncodedWord {
    private static let prefix = "=?utf-8?"
    /// The length of `=?utf-8?q?` and `?=` around a word.
    private static let frame = 12

    /// Returns the text as encoded words, to be separated by whitespace.
    ///
    /// Words have at most 75 characters, and the first one leaves room for the name of the field.
    /// Characters are not split across words. Only a character that does not fit into a word is
    /// split between its scalars.
    static func words(of text: String, after name: String) -> [String] {
        guard !text.isEmpty else { return [] }
        let encode = isMostlyASCII(text) ? quoted : base64
        var words: [String] = []
        var current = ""
        for part in text.flatMap({ parts(of: $0, encode: encode) }) {
            // A line has 76 characters, including the name, colon and space, or the space of a
            // folded line.
            let limit = words.isEmpty ? 76 - name.utf8.count - 2 : 75
            if !current.isEmpty, encode(current + part).utf8.count + frame > limit {
                words.append(encode(current))
                current = ""
            }
            current += part
        }
        words.append(encode(current))
        return words.map { prefix + (isMostlyASCII(text) ? "q?" : "b?") + $0 + "?=" }
    }

    /// Returns the character, or its scalars if it is longer than a word.
    private static func parts(of character: Character, encode: (String) -> String) -> [String] {
        let text = String(character)
        guard encode(text).utf8.count + frame > 60 else { return [text] }
        return character.unicodeScalars.map { String($0) }
    }

    private static func isMostlyASCII(_ text: String) -> Bool {
        quoted(text).utf8.count <= base64(text).utf8.count
    }

    /// The Q encoding with the characters that RFC 2047 section 5 (3) also allows in display names.
    private static func quoted(_ text: String) -> String {
        text.utf8.map { byte in
            if byte == .space { return "_" }
            let isSafe = byte.isLetterOrDigit || "!*+-/".utf8.contains(byte)
            return isSafe ? String(Unicode.Scalar(byte)) : "=" + byte.hexadecimal(uppercase: true)
        }.joined()
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
