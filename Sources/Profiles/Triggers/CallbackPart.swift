/// The ids of the callbacks of a trigger that makes several: `ID~1`, `ID~2` and so on.
///
/// No trigger may have an id of this form, so the id of one of its callbacks is never the id that
/// a caller has chosen for something else.
package enum CallbackPart {
    /// The id of one of several callbacks; the first one is part 1.
    package static func id(_ part: Int, of trigger: String) -> String { "\(trigger)~\(part)" }

    /// Which of several callbacks has this id; nil for an id that is a caller's own.
    package static func number(in id: String) -> Int? {
        let digits = id.utf8.reversed().prefix { (0x30...0x39).contains($0) }
        // The limit of targets has two digits.
        guard (1...2).contains(digits.count), digits.last != UInt8(ascii: "0"),
            id.utf8.dropLast(digits.count).last == UInt8(ascii: "~")
        else { return nil }
        let number = digits.reversed().reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return number <= VoiceCallback.limit ? number : nil
    }
}
