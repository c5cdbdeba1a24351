import FoundationEssentials

/// The two encodings of RFC 2045 that turn any content into short lines of 7-bit text.
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// Returns the encoding that makes the text shorter. If both are equal, returns
    /// quoted-printable, which people can read.
    ///
    /// - Parameter text: the text with line feeds at the ends of its lines.
    static func shorter(for text: [UInt8]) -> (encoding: TransferEncoding, body: [UInt8]) {
        let readable = QuotedPrintable.encode(text)
        // Usually it is much shorter, so the number of lines need not be counted.
        guard readable.count > encodedSize(text.count),
            readable.count > encodedSize(text.count + text.count { $0 == .lineFeed })
        else { return (.quotedPrintable, readable) }
        let lines = text.split(separator: .lineFeed, omittingEmptySubsequences: false)
        return (.base64, encode(Array(lines.joined(separator: "\r\n".utf8))))
    }

    /// Returns the base64 size of a number of bytes, including line breaks.
    private static func encodedSize(_ size: Int) -> Int {
        let letters = (size + 2) / 3 * 4
        return letters + (letters + 75) / 76 * 2
    }

    /// Encodes bytes as base64 in lines of 76 characters that end with CRLF.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return Array(Data(bytes).base64EncodedString(options: options).utf8) + Array("\r\n".utf8)
    }

    /// Decodes the base64 output of ``encode(_:)``.
    static func decode(_ body: ArraySlice<UInt8>) -> [UInt8] {
        Array(Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data())
    }
}
