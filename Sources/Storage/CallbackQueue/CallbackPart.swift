/// The IDs of callbacks whose trigger creates several: `ID~1`, `ID~2` and so on.
///
/// Triggers cannot have IDs of this form, so the ID of such a callback never equals an ID that a
/// caller chose.
package enum CallbackPart {
    /// The maximum number of callbacks of a trigger.
    package static let limit = 10

    /// Returns the ID of one of several callbacks. The first one is part 1.
    package static func id(_ part: Int, of trigger: String) -> String { "\(trigger)~\(part)" }

    /// Returns the part number in an ID, or `nil` if a caller chose the ID.
    package static func number(in id: String) -> Int? {
        let digits = id.utf8.reversed().prefix { (0x30...0x39).contains($0) }
        // The limit of targets has two digits.
        guard (1...2).contains(digits.count), digits.last != UInt8(ascii: "0"),
            id.utf8.dropLast(digits.count).last == UInt8(ascii: "~")
        else { return nil }
        let number = digits.reversed().reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return number <= limit ? number : nil
    }
}
