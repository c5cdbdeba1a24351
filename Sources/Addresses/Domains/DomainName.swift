import Curl

/// A validated domain in ASCII form.
///
/// Labels may contain letters, marks, digits and hyphens. ``HostName`` converts international
/// labels to A-labels.
struct DomainName {
    /// A problem and the index of the character.
    struct Failure: Error {
        let problem: AddressError.Problem
        let offset: Int
    }

    /// The domain in lowercase with A-labels, without a trailing dot.
    let ascii: String

    /// Validates a domain. A single label is only allowed if `allowsOneLabel` is true or if it is
    /// `localhost`.
    init(_ characters: [Character], allowsOneLabel: Bool = false) throws(Failure) {
        var labels: [String] = []
        var start = 0
        for end in characters.indices.filter({ characters[$0].isDot }) + [characters.count] {
            labels.append(try Self.label(String(characters[start..<end]), at: start))
            start = end + 1
        }
        try Self.check(labels, allowsOneLabel: allowsOneLabel)
        ascii = labels.joined(separator: ".")
        // RFC 5321 section 4.5.3.1.2.
        guard ascii.utf8.count <= 255 else {
            throw Failure(problem: .tooLong(limit: 255), offset: 0)
        }
    }

    private static func check(_ labels: [String], allowsOneLabel: Bool) throws(Failure) {
        guard labels.count > 1 || allowsOneLabel || labels == ["localhost"] else {
            throw Failure(problem: .singleLabel, offset: 0)
        }
        // No top-level domain is numeric, so this is an IPv4 address.
        guard labels.last?.allSatisfy(\.isNumber) == false else {
            throw Failure(problem: .addressLiteral, offset: 0)
        }
    }

    private static func label(_ written: String, at offset: Int) throws(Failure) -> String {
        guard !written.isEmpty else { throw Failure(problem: .dot, offset: offset) }
        if let wrong = written.unicodeScalars.first(where: { !$0.isLabelText }) {
            throw Failure(problem: .wrongCharacter(Character(wrong)), offset: offset)
        }
        let label = try ascii(written, at: offset)
        guard label.first != "-", label.last != "-" else {
            throw Failure(problem: .hyphen, offset: offset)
        }
        // RFC 1035 section 2.3.4.
        guard label.utf8.count <= 63 else {
            throw Failure(problem: .tooLong(limit: 63), offset: offset)
        }
        return label
    }

    private static func ascii(_ written: String, at offset: Int) throws(Failure) -> String {
        guard written.unicodeScalars.count <= 63 else {
            throw Failure(problem: .tooLong(limit: 63), offset: offset)
        }
        do throws(HostName.Failure) {
            let label = try HostName.ascii(written).lowercased()
            // Some characters map to several: `℡` to `tel`, `㏂` to `a.m.`.
            guard label.unicodeScalars.allSatisfy({ $0.isASCII && $0.isLabelText }) else {
                throw .noASCIIForm
            }
            return label
        } catch {
            let problem: AddressError.Problem =
                error == .noASCIIForm ? .noASCIIForm : .noInternationalNames
            throw Failure(problem: problem, offset: offset)
        }
    }
}

extension Character {
    /// Whether the character is a label separator of IDNA (RFC 3490 section 3.1).
    fileprivate var isDot: Bool { self == "." || self == "。" || self == "．" || self == "｡" }
}

extension Unicode.Scalar {
    /// Whether the scalar is a letter, a mark, a digit or a hyphen.
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
