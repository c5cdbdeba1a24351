import FoundationEssentials
import TextSupport

/// Decodes display names with RFC 2047 encoded words.
enum EncodedName {
    /// Joins the words of a name and decodes the encoded ones.
    ///
    /// Whitespace between two encoded words is not part of the name (RFC 2047 section 6.2). Words
    /// in unknown character sets are not decoded.
    static func decode(_ words: [String]) -> String {
        var name = ""
        var previousWasEncoded = false
        for word in words {
            let decoded = decoded(word)
            let isEncoded = decoded != nil
            if !name.isEmpty, !(isEncoded && previousWasEncoded) { name += " " }
            name += decoded ?? word
            previousWasEncoded = isEncoded
        }
        return name
    }

    /// Returns the text of `=?charset?encoding?text?=`, or nil if the word is not a valid encoded
    /// word.
    ///
    /// An encoded word that contains control characters is not valid.
    private static func decoded(_ word: String) -> String? {
        guard word.hasPrefix("=?"), word.hasSuffix("?="), word.count > 4 else { return nil }
        let parts = word.dropFirst(2).dropLast(2).split(
            separator: "?", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = bytes(of: parts[2], encoding: parts[1]),
            let text = text(of: bytes, characterSet: parts[0]),
            !text.contains(where: \.isControl)
        else { return nil }
        return text
    }

    private static func bytes(of text: Substring, encoding: Substring) -> [UInt8]? {
        switch encoding.lowercased() {
        case "b": Data(base64Encoded: String(text)).map { Array($0) }
        case "q": quotedBytes(of: text)
        default: nil
        }
    }

    private static func quotedBytes(of text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private static func text(of bytes: [UInt8], characterSet: Substring) -> String? {
        switch characterSet.lowercased() {
        case "utf-8", "us-ascii": String(validating: bytes, as: UTF8.self)
        case "iso-8859-1":
            String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: nil
        }
    }
}
