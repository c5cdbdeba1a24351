/// A long number as a spreadsheet displays it: `1.17593E+18`.
///
/// Only the displayed digits are left. Several IDs become one, and times are wrong.
struct ShortenedNumber {
    private let digits: Int
    private let exponent: Int

    /// Parses the text. Returns `nil` for any other text.
    ///
    /// A decimal comma is accepted. Without the sign of the exponent, the text is an ID such as
    /// `5e10`, or a number in Java's format, which has all its digits.
    init?(_ text: UnsafeRawBufferPointer) {
        var rest = text[...]
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard rest.count > 3, rest.takeDigits() == 1 else { return nil }
        var digits = 1
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            rest = rest.dropFirst()
            digits += rest.takeDigits()
        }
        guard rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "e"),
            rest.dropFirst().first == UInt8(ascii: "+")
        else { return nil }
        let exponent = rest.dropFirst(2)
        guard 1...3 ~= exponent.count, let number = Int(String(decoding: exponent, as: UTF8.self))
        else { return nil }
        (self.digits, self.exponent) = (digits, number)
    }

    /// Whether the number has digits before its decimal point that are not displayed.
    var hasLostDigits: Bool { digits <= exponent }
}

extension UnsafeRawBufferPointer {
    /// Whether the text is a number that lost digits in a spreadsheet.
    var hasLostDigits: Bool {
        // Nearly every other text differs in its first bytes.
        guard count > 3, self[0] < UInt8(ascii: ":"),
            !Self.isDigit(self[1]) || !Self.isDigit(self[0])
        else { return false }
        return ShortenedNumber(self)?.hasLostDigits == true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate mutating func takeDigits() -> Int {
        let rest = drop { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        defer { self = rest }
        return rest.startIndex - startIndex
    }
}
