extension UInt8 {
    /// The hexadecimal digit, in ASCII, of a value below 16.
    @inlinable package func hexadecimalDigit(uppercase: Bool = false) -> UInt8 {
        self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: uppercase ? "A" : "a") + self - 10
    }

    /// Two hexadecimal digits.
    package func hexadecimal(uppercase: Bool = false) -> String {
        (self < 16 ? "0" : "") + String(self, radix: 16, uppercase: uppercase)
    }
}

extension Sequence<UInt8> {
    /// The bytes as lowercase hexadecimal digits, two for each.
    package var hexadecimal: String { map { $0.hexadecimal() }.joined() }
}
