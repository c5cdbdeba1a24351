/// A JSON number in its original spelling, so that no digits are lost.
package struct JSONNumber: Hashable, Sendable {
    /// The spelling, as in https://www.rfc-editor.org/rfc/rfc8259#section-6.
    package let text: String

    /// Creates a number from its spelling, which must be valid. The parser ensures that.
    init(spelling text: String) {
        self.text = text
    }

    package init(_ number: Int) {
        text = String(number)
    }

    /// Rounds a number to six decimal places. NaN and infinity become 0.
    package init(rounding number: Double) {
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        guard rounded.isFinite else {
            text = "0"
            return
        }
        text = Int(exactly: rounded).map { String($0) } ?? "\(rounded)"
    }

    /// Creates a number with the shortest spelling that round-trips. Returns nil for NaN and
    /// infinity.
    package init?(_ number: Double) {
        guard number.isFinite else { return nil }
        text = "\(number)"
    }

    /// The number, if it is spelled as an integer and in the range of `Int`.
    package var integer: Int? { Int(text) }

    /// The nearest `Double`, or nil if the number is out of range.
    package var double: Double? {
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
