/// The texts of mails that this program wrote, read back from their bytes.
package enum MessageText {
    /// The text of the part `text/KIND` in what follows a mail's header; nil when it has none.
    ///
    /// It is what the part was made of, with a line feed at the end of each line.
    package static func of(kind: String, in content: [UInt8]) -> String? {
        // What begins every boundary stands in no part; see ``MimeEntity``.
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
