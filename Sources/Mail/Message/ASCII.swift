import ControlCharacters
import Glibc

extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")

    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5a).contains(self)
            || (0x61...0x7a).contains(self)
    }

    /// Two upper-case hexadecimal digits, as quoted-printable and RFC 2231 want them.
    var hexadecimal: String {
        (self < 16 ? "0" : "") + String(self, radix: 16, uppercase: true)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The offset of the first byte of that value from an offset on, found many bytes at a time.
    func offset(of byte: UInt8, from start: Int) -> Int? {
        guard let base = baseAddress, start < count,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}

extension StringProtocol {
    /// Whether every character is a printable one of ASCII or a space.
    var isPrintableASCII: Bool { utf8.allSatisfy { (0x20...0x7e).contains($0) } }
}

extension String {
    /// At most so many characters, with a question mark for every control.
    func onOneLine(limit: Int) -> String {
        let characters = prefix(limit).map { $0.isControl ? "?" : $0 }
        return String(characters) + (count > limit ? "…" : "")
    }
}
