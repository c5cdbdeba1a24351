/// A telephone number in E.164 format.
package struct PhoneNumber: Hashable, Sendable {
    /// Country code and number, without a plus sign.
    package let digits: String

    /// Parses a number with or without a leading plus sign, as in the published interface.
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
