import TextSupport

extension AddressError: CustomStringConvertible {
    /// The position, the entry and the remedy: `entry 2, column 14: 'b@x': …`.
    package var description: String {
        switch problem {
        case .noAddress, .severalAddresses: remedy
        default: "entry \(entry), column \(column): '\(shown)': \(remedy)"
        }
    }

    /// The entry for display: trimmed, escaped and truncated.
    private var shown: String {
        let words = text.drop(while: \.isBlank)
        let visible = words.prefix(60).map { $0.isControl ? $0.escaped : String($0) }.joined()
        return words.count > 60 ? visible + "…" : visible
    }

    private var remedy: String {
        syntaxRemedy ?? addressRemedy ?? "invalid address"
    }

    /// The remedy for an error in the syntax around addresses.
    private var syntaxRemedy: String? {
        switch problem {
        case .noAddress: "no address; write at least one, like name@example.com"
        case .severalAddresses: "more than one address; only one is allowed"
        case .missingComma: "two addresses; put a comma between them"
        case .missingAngles:
            "put the address after a name in angle brackets: Name <name@example.com>"
        case .noAddressAfterName: "a name without an address; write \"Name\" <name@example.com>"
        case .textAfterAddress: "unexpected text after the address; separate addresses with commas"
        case .openQuote: "the quote is never closed; add a \" at its end"
        case .openAngle: "the '<' is never closed; add a '>' after the address"
        case .emptyAngle: "no address in the angle brackets"
        case .semicolon: "';' does not separate addresses; use a comma"
        case .group: "groups ('Name: …;') are not supported; list the addresses instead"
        case .controlCharacter: "a control character, such as a line break; remove it"
        case .specialCharacter(let character):
            "'\(character)' in a name; put the name in quotes: \"Name\" <name@example.com>"
        default: nil
        }
    }

    /// The remedy for an error within an address.
    private var addressRemedy: String? {
        switch problem {
        case .noAt:
            "no '@'; write name@example.com, and put a name that contains a comma in quotes"
        case .severalAts: "more than one '@'; an address has one"
        case .emptyLocalPart: "nothing before the '@'; write name@example.com"
        case .emptyDomain: "nothing after the '@'; write name@example.com"
        case .quotedLocalPart:
            "the part before the '@' is in quotes, which is not supported; remove the quotes"
        case .dot: "a leading, trailing or double dot; remove it"
        case .hyphen: "a part of the domain begins or ends with '-'; remove it"
        case .space: "white space within the address; remove it"
        case .comment: "comments in parentheses are not accepted; remove it"
        case .addressLiteral: "an IP address instead of a domain; use the server's name"
        case .singleLabel: "the domain has no dot; write it in full, like example.com"
        case .noASCIIForm:
            "a part of the domain has no ASCII form of at most 63 letters (IDNA); check its spelling"
        case .noInternationalNames:
            "international domains require libcurl 7.88 or later; use the ASCII form (xn--…)"
        case .wrongCharacter(let character):
            "'\(character)' is not allowed in an address; remove it"
        case .tooLong(let limit):
            "longer than the \(limit) bytes that email allows here; shorten it"
        default: nil
        }
    }
}

extension AddressListError: CustomStringConvertible {
    /// The errors, separated by semicolons.
    package var description: String {
        errors.map(\.description).joined(separator: "; ")
    }
}

extension Character {
    /// The character as `\u{d}\u{a}` for a line break, so that an error stays on one line.
    fileprivate var escaped: String {
        unicodeScalars.map { "\\u{" + String($0.value, radix: 16) + "}" }.joined()
    }
}
