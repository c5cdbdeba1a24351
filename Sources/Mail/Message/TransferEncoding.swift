import FoundationEssentials

/// The two encodings of RFC 2045 that make any content 7-bit text in short lines.
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// The one that makes a text shorter; quoted-printable, which people can read, when they are equal.
    ///
    /// - Parameter text: in lines that end with a line feed.
    static func shorter(for text: [UInt8]) -> (encoding: TransferEncoding, body: [UInt8]) {
        let readable = QuotedPrintable.encode(text)
        // Most are much shorter, however many lines they have.
        guard readable.count > encodedSize(text.count),
            readable.count > encodedSize(text.count + text.count { $0 == .lineFeed })
        else { return (.quotedPrintable, readable) }
        let lines = text.split(separator: .lineFeed, omittingEmptySubsequences: false)
        return (.base64, encode(Array(lines.joined(separator: "\r\n".utf8))))
    }

    /// Of so many bytes in base64, with the ends of its lines.
    private static func encodedSize(_ size: Int) -> Int {
        let letters = (size + 2) / 3 * 4
        return letters + (letters + 75) / 76 * 2
    }

    /// Base64 in lines of 76 characters, each with its CRLF.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        let options: Data.Base64EncodingOptions = [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ]
        return Array(Data(bytes).base64EncodedString(options: options).utf8) + Array("\r\n".utf8)
    }

    /// The bytes of base64 that ``encode(_:)`` wrote.
    static func decode(_ body: ArraySlice<UInt8>) -> [UInt8] {
        Array(Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data())
    }
}
