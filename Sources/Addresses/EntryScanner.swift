import TextSupport

/// Splits an entry into words, quoted strings and angle brackets.
struct EntryScanner {
    struct Token {
        enum Kind {
            case word, quoted, angle
        }
        let kind: Kind
        /// The contents, without quotes and their backslashes, or without angle brackets.
        let characters: [Character]
        /// The index of the first of ``characters`` in the entry.
        let index: Int

        var text: String { String(characters) }
    }

    private let entry: AddressEntry
    private var index = 0
    private var characters: [Character] { entry.characters }

    init(_ entry: AddressEntry) {
        self.entry = entry
    }

    mutating func tokens() throws(AddressError) -> [Token] {
        if let control = characters.firstIndex(where: { $0.isControl && $0 != "\t" }) {
            throw entry.error(.controlCharacter, at: control)
        }
        var tokens: [Token] = []
        while let token = try next() {
            tokens.append(token)
        }
        return tokens
    }

    private mutating func next() throws(AddressError) -> Token? {
        while index < characters.count, characters[index].isBlank {
            index += 1
        }
        guard index < characters.count else { return nil }
        switch characters[index] {
        case "\"": return try quoted()
        case "<": return try angle()
        default: return try word()
        }
    }

    private mutating func quoted() throws(AddressError) -> Token {
        let start = index + 1
        var content: [Character] = []
        index = start
        while index < characters.count, characters[index] != "\"" {
            if characters[index] == "\\" { index += 1 }
            guard index < characters.count else { break }
            content.append(characters[index])
            index += 1
        }
        guard index < characters.count else { throw entry.error(.openQuote, at: start - 1) }
        index += 1
        return Token(kind: .quoted, characters: content, index: start)
    }

    private mutating func angle() throws(AddressError) -> Token {
        let start = index + 1
        guard let end = characters[start...].firstIndex(of: ">") else {
            throw entry.error(.openAngle, at: index)
        }
        index = end + 1
        return Token(kind: .angle, characters: Array(characters[start..<end]), index: start)
    }

    private mutating func word() throws(AddressError) -> Token {
        let start = index
        while index < characters.count, !isBoundary(characters[index]) {
            if let problem = problem(with: characters[index]) {
                throw entry.error(problem, at: index)
            }
            index += 1
        }
        return Token(kind: .word, characters: Array(characters[start..<index]), index: start)
    }

    private func isBoundary(_ character: Character) -> Bool {
        character.isBlank || character == "\"" || character == "<"
    }

    private func problem(with character: Character) -> AddressError.Problem? {
        switch character {
        case ";": .semicolon
        case ":": .group
        case "(", ")": .comment
        case "[" where index > 0 && characters[index - 1] == "@": .addressLiteral
        case "[", "]", ">", "\\": .specialCharacter(character)
        default: nil
        }
    }
}

/// An invalid entry of an address list, with the position of the error.
package struct AddressError: Error, Equatable, Sendable {
    package enum Problem: Equatable, Sendable {
        case noAddress, severalAddresses
        case noAt, severalAts, emptyLocalPart, emptyDomain, quotedLocalPart, dot, hyphen, space,
            comment
        case missingComma, missingAngles, noAddressAfterName, textAfterAddress
        case openQuote, openAngle, emptyAngle
        case semicolon, group, controlCharacter
        case addressLiteral, singleLabel, noASCIIForm, noInternationalNames
        case wrongCharacter(Character), specialCharacter(Character)
        case tooLong(limit: Int)
    }

    package let problem: Problem
    /// The number of the entry, counted from 1, including empty entries.
    package let entry: Int
    /// The column of the error in the list, in characters, counted from 1.
    package let column: Int
    /// The text of the entry.
    package let text: String
}

/// All errors of an address list, in order. Never empty.
package struct AddressListError: Error, Equatable, Sendable {
    package let errors: [AddressError]

    init(errors: [AddressError]) {
        self.errors = errors
    }

    /// Creates an error about the list as a whole.
    init(text: String, _ problem: AddressError.Problem) {
        errors = [AddressError(problem: problem, entry: 1, column: 1, text: text)]
    }
}

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
