// Foundation, not FoundationEssentials: only the former has Unicode normalisation.
import Foundation

/// The steps from one label of a domain as written to its A-label.
enum UnicodeLabel {
    /// Compatibility forms and case folded away, in normalisation form C.
    static func mapped(_ label: String) -> String {
        // ASCII is in every normalisation form.
        if label.utf8.allSatisfy({ $0 < 0x80 }) { return label.lowercased() }
        let compatible = label.precomposedStringWithCompatibilityMapping
        let lower = compatible.unicodeScalars.map(\.properties.lowercaseMapping).joined()
        return lower.precomposedStringWithCanonicalMapping
    }

    /// The first character that no label may hold; nil when all is well.
    static func firstWrongCharacter(of mapped: String) -> Character? {
        if let first = mapped.unicodeScalars.first, first.isMark { return Character(first) }
        return mapped.unicodeScalars.first { !$0.isLabelText }.map { Character($0) }
    }

    /// The label in ASCII; nil when it is longer than the 63 octets of RFC 1035.
    static func encoded(_ mapped: String) -> String? {
        let isASCII = mapped.utf8.allSatisfy { $0 < 0x80 }
        let label = isASCII ? mapped : "xn--" + Punycode.encode(mapped)
        return label.utf8.count <= 63 ? label : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    /// Letters, marks, digits and the hyphen; upper case is gone by now.
    fileprivate var isLabelText: Bool {
        if isASCII {
            return ("a"..."z").contains(self) || ("0"..."9").contains(self) || self == "-"
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .decimalNumber: return true
        default: return isMark
        }
    }
}
