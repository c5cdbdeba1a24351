import FoundationEssentials

/// The two encodings of RFC 2045 that make any content 7-bit text in short lines.
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// The one that makes a text shorter; quoted-printable, which people can read, when they are equal.
    static func shorter(for text: String) -> (encoding: TransferEncoding, body: [UInt8]) {
        let readable = QuotedPrintable.encode(text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let compact = encode(Array(lines.joined(separator: "\r\n").utf8))
        return readable.count <= compact.count
            ? (.quotedPrintable, readable) : (.base64, compact)
    }

    /// Base64 in lines of 76 characters, each with its CRLF.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return Array(Data(bytes).base64EncodedString(options: options).utf8) + Array("\r\n".utf8)
    }
}
