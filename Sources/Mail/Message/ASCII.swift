import Glibc
import TextSupport

extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")

    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5a).contains(self)
            || (0x61...0x7a).contains(self)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Returns the offset of the first byte with this value at or after an offset. It searches many
    /// bytes at a time.
    func offset(of byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}

extension StringProtocol {
    /// Whether the text contains only printable ASCII characters and spaces.
    var isPrintableASCII: Bool { utf8.allSatisfy { (0x20...0x7e).contains($0) } }
}

extension String {
    /// Returns the text truncated to a number of characters, with each control character replaced
    /// by a question mark.
    func onOneLine(limit: Int) -> String {
        let characters = prefix(limit).map { $0.isControl ? "?" : $0 }
        return String(characters) + (count > limit ? "…" : "")
    }
}
