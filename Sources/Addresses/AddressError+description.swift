import ControlCharacters

extension AddressError: CustomStringConvertible {
    /// `entry 2, column 14: 'b@x': …`, with what to do instead.
    package var description: String {
        switch problem {
        case .noAddress, .severalAddresses: remedy
        default: "entry \(entry), column \(column): '\(shown)': \(remedy)"
        }
    }

    /// The entry for a terminal: trimmed, controls made visible, shortened.
    private var shown: String {
        let words = text.drop(while: \.isBlank)
        let visible = words.prefix(60).map { $0.isControl ? $0.escaped : String($0) }.joined()
        return words.count > 60 ? visible + "…" : visible
    }

    private var remedy: String {
        syntaxRemedy ?? addressRemedy ?? "wrong address"
    }

    /// What is wrong between addresses, names and brackets.
    private var syntaxRemedy: String? {
        switch problem {
        case .noAddress: "no address; write at least one, like name@example.com"
        case .severalAddresses: "more than one address; only one can stand here"
        case .missingComma: "two addresses; put a comma between them"
        case .missingAngles:
            "put the address after a name in angle brackets: Name <name@example.com>"
        case .noAddressAfterName: "a name without an address; write \"Name\" <name@example.com>"
        case .textAfterAddress: "something follows the address; put a comma before the next one"
        case .openQuote: "the quote is never closed; add a \" at its end"
        case .openAngle: "the '<' is never closed; add a '>' after the address"
        case .emptyAngle: "no address in the angle brackets"
        case .semicolon: "';' does not separate addresses; use a comma"
        case .group: "groups ('Name: …;') are not understood; list the addresses themselves"
        case .controlCharacter: "a control character, such as a line end; remove it"
        case .specialCharacter(let character):
            "'\(character)' in a name; put the name in quotes: \"Name\" <name@example.com>"
        default: nil
        }
    }

    /// What is wrong within one address.
    private var addressRemedy: String? {
        switch problem {
        case .noAt:
            "no '@'; write name@example.com, and put a name that holds a comma in quotes"
        case .severalAts: "more than one '@'; an address has one"
        case .emptyLocalPart: "nothing before the '@'; write name@example.com"
        case .emptyDomain: "nothing after the '@'; write name@example.com"
        case .quotedLocalPart: "an address in quotes is not accepted; write it without"
        case .dot: "a dot at an end or beside another dot; remove it"
        case .hyphen: "a part of the domain begins or ends with '-'; remove it"
        case .space: "white space within the address; remove it"
        case .comment: "comments in parentheses are not accepted; remove it"
        case .addressLiteral: "an IP address instead of a domain; use the server's name"
        case .singleLabel: "the domain has no dot; write it in full, like example.com"
        case .noASCIIForm:
            "a part of the domain has no ASCII form of at most 63 letters (IDNA); check its spelling"
        case .noInternationalNames:
            "a domain that is not ASCII needs libcurl 7.88 or later; write its ASCII form (xn--…)"
        case .wrongCharacter(let character): "'\(character)' cannot stand in an address; remove it"
        case .tooLong(let limit): "longer than the \(limit) bytes that mail allows here; shorten it"
        default: nil
        }
    }
}

extension AddressListError: CustomStringConvertible {
    /// The mistakes with a semicolon between them.
    package var description: String {
        mistakes.map(\.description).joined(separator: "; ")
    }
}

extension Character {
    /// `\u{d}\u{a}` for a line end, so that an error stays on its line.
    fileprivate var escaped: String {
        unicodeScalars.map { "\\u{" + String($0.value, radix: 16) + "}" }.joined()
    }
}
