/// The domain of an address, checked and turned into ASCII.
///
/// International labels become A-labels by the mapping of UTS 46 as far as it matters to names that can be
/// registered: compatibility forms and case are folded (so `．` is a dot and `Ü` is `ü`), `ß` and `ς` stay
/// as IDNA 2008 has them, and what is then neither letter, mark, digit nor hyphen is refused.
struct DomainName {
    /// What is wrong, at which character.
    struct Mistake: Error {
        let problem: AddressError.Problem
        let offset: Int
    }

    /// Lower case, A-labels, no dot at the end.
    let ascii: String

    /// Checks a name; one of a single label only where `allowsOneLabel`, or when it is `localhost`.
    init(_ characters: [Character], allowsOneLabel: Bool = false) throws(Mistake) {
        var labels: [String] = []
        var start = 0
        for end in characters.indices.filter({ characters[$0].isDot }) + [characters.count] {
            labels.append(try Self.label(String(characters[start..<end]), at: start))
            start = end + 1
        }
        try Self.check(labels, allowsOneLabel: allowsOneLabel)
        ascii = labels.joined(separator: ".")
        // RFC 5321 4.5.3.1.2.
        guard ascii.utf8.count <= 255 else {
            throw Mistake(problem: .tooLong(limit: 255), offset: 0)
        }
    }

    private static func check(_ labels: [String], allowsOneLabel: Bool) throws(Mistake) {
        guard labels.count > 1 || allowsOneLabel || labels == ["localhost"] else {
            throw Mistake(problem: .singleLabel, offset: 0)
        }
        // No top-level domain is a number, so this is an IPv4 address.
        guard labels.last?.allSatisfy(\.isNumber) == false else {
            throw Mistake(problem: .addressLiteral, offset: 0)
        }
    }

    private static func label(_ written: String, at offset: Int) throws(Mistake) -> String {
        guard !written.isEmpty else { throw Mistake(problem: .dot, offset: offset) }
        let mapped = UnicodeLabel.mapped(written)
        if let wrong = UnicodeLabel.firstWrongCharacter(of: mapped) {
            throw Mistake(problem: .wrongCharacter(wrong), offset: offset)
        }
        guard mapped.first != "-", mapped.last != "-" else {
            throw Mistake(problem: .hyphen, offset: offset)
        }
        // RFC 1035 2.3.4. Checked before encoding too, so that the encoder sees short input only.
        guard mapped.unicodeScalars.count <= 63, let label = UnicodeLabel.encoded(mapped) else {
            throw Mistake(problem: .tooLong(limit: 63), offset: offset)
        }
        return label
    }
}

extension Character {
    /// The label separators of IDNA (RFC 3490 3.1).
    fileprivate var isDot: Bool { self == "." || self == "。" || self == "．" || self == "｡" }
}
