/// A common address with ASCII letters, digits, dots and hyphens, parsed without the complete
/// grammar.
///
/// It accepts a subset of ``AddressEntry`` with the same results. Other addresses are parsed by
/// that type, which knows all rules and reports errors.
struct PlainAddress {
    let mailbox: Mailbox

    init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, Self.isLocalPart(parts[0]),
            Self.isDomain(parts[1])
        else { return nil }
        mailbox = Mailbox(
            name: nil, localPart: String(Substring(parts[0])),
            domain: Substring(parts[1]).lowercased(), written: String(text))
    }

    private static func isLocalPart(_ text: Substring.UTF8View) -> Bool {
        text.count <= 64
            && atoms(of: text).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy { isWordText($0) || $0 == UInt8(ascii: "_") }
            }
    }

    private static func isDomain(_ text: Substring.UTF8View) -> Bool {
        let labels = atoms(of: text)
        let hyphen = UInt8(ascii: "-")
        // A name whose last label is not alphabetic may be an IP address.
        guard labels.count > 1, labels.last?.allSatisfy(isLetter) == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy(isWordText)
                && label.first != hyphen && label.last != hyphen
        }
    }

    private static func atoms(of text: Substring.UTF8View) -> [Substring.UTF8View] {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    private static func isWordText(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
