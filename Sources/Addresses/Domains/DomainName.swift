import Curl

/// The domain of an address, checked and turned into ASCII.
///
/// A label may have letters, marks, digits and hyphens. ``HostName`` makes the A-label of an
/// international one.
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
        if let wrong = written.unicodeScalars.first(where: { !$0.isLabelText }) {
            throw Mistake(problem: .wrongCharacter(Character(wrong)), offset: offset)
        }
        let label = try ascii(written, at: offset)
        guard label.first != "-", label.last != "-" else {
            throw Mistake(problem: .hyphen, offset: offset)
        }
        // RFC 1035 2.3.4.
        guard label.utf8.count <= 63 else {
            throw Mistake(problem: .tooLong(limit: 63), offset: offset)
        }
        return label
    }

    private static func ascii(_ written: String, at offset: Int) throws(Mistake) -> String {
        guard written.unicodeScalars.count <= 63 else {
            throw Mistake(problem: .tooLong(limit: 63), offset: offset)
        }
        do throws(HostName.Failure) {
            let label = try HostName.ascii(written).lowercased()
            // Some letters stand for several characters: `℡` for `tel`, `㏂` for `a.m.`.
            guard label.unicodeScalars.allSatisfy({ $0.isASCII && $0.isLabelText }) else {
                throw .noASCIIForm
            }
            return label
        } catch {
            let problem: AddressError.Problem =
                error == .noASCIIForm ? .noASCIIForm : .noInternationalNames
            throw Mistake(problem: problem, offset: offset)
        }
    }
}

extension Character {
    /// The label separators of IDNA (RFC 3490 3.1).
    fileprivate var isDot: Bool { self == "." || self == "。" || self == "．" || self == "｡" }
}

extension Unicode.Scalar {
    /// Letters, marks, digits and the hyphen.
    fileprivate var isLabelText: Bool {
        if isASCII {
            return ("a"..."z").contains(self) || ("A"..."Z").contains(self)
                || ("0"..."9").contains(self) || self == "-"
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter,
            .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber:
            return true
        default: return false
        }
    }
}
