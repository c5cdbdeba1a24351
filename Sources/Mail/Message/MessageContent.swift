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
