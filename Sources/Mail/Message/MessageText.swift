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
