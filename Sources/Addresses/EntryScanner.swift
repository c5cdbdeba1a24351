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
