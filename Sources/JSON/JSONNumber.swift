/// A JSON number as it is spelt, so that no digit of it is lost on its way through.
package struct JSONNumber: Hashable, Sendable {
    /// In the grammar of https://www.rfc-editor.org/rfc/rfc8259#section-6.
    package let text: String

    /// The text must be a JSON number; the parser sees to that.
    init(spelling text: String) {
        self.text = text
    }

    package init(_ number: Int) {
        text = String(number)
    }

    /// Rounds to six digits after the point; what is no number at all (NaN, infinity) becomes 0.
    package init(rounding number: Double) {
        let rounded = (number * 1_000_000).rounded() / 1_000_000
        guard rounded.isFinite else {
            text = "0"
            return
        }
        text = Int(exactly: rounded).map { String($0) } ?? "\(rounded)"
    }

    /// A finite number in the shortest spelling that reads as the same one; nil for any other.
    package init?(_ number: Double) {
        guard number.isFinite else { return nil }
        text = "\(number)"
    }

    /// The number, where it is written as a whole one and an `Int` holds it.
    package var integer: Int? { Int(text) }

    /// The nearest `Double`; nil for a number beyond all of them.
    package var double: Double? {
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
