/// A message body in chunks (https://www.rfc-editor.org/rfc/rfc9112#section-7.1).
///
/// libcurl finds its end but does not decode it: it would read a chunk extension of any length
/// without passing on a byte of it, so that no limit of the response would apply.
enum ChunkedBody {
    /// Returns the contents of all chunks, without extensions and trailers.
    ///
    /// - Parameter bytes: The body as received. Its end may be missing.
    static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var (content, rest) = ([UInt8](), bytes[...])
        while let size = takeSize(of: &rest), size > 0 {
            let count = Int(min(size, UInt64(rest.count)))
            content += rest.prefix(count)
            rest = rest.dropFirst(count)
            takeLine(of: &rest)
        }
        return content
    }

    /// Removes the line before a chunk. Returns nil if it is incomplete or not valid.
    private static func takeSize(of rest: inout ArraySlice<UInt8>) -> UInt64? {
        let digits = rest.prefix { isHexDigit($0) }
        guard rest.count > digits.count else { return nil }
        takeLine(of: &rest)
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Removes everything up to the next line feed.
    private static func takeLine(of rest: inout ArraySlice<UInt8>) {
        rest = rest.drop { $0 != 10 }.dropFirst()
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
