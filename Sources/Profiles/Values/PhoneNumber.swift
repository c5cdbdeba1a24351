/// A telephone number in the form of ITU-T E.164.
package struct PhoneNumber: Hashable, Sendable {
    /// Country code and number, without a sign before them.
    package let digits: String

    /// Understands a plus sign before the number, and none, as the seeds write it.
    package init?(_ text: String) {
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard (7...15).contains(digits.utf8.count), digits.first != "0",
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.digits = String(digits)
    }
}

extension PhoneNumber: CustomStringConvertible {
    package var description: String { "+\(digits)" }
}
