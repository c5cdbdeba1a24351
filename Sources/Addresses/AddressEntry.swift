import FoundationEssentials
import TextSupport

/// The text between two commas of an address list.
struct AddressEntry {
    /// The number of the entry, counted from 1, including empty entries.
    let number: Int
    /// The column of the first character in the list, counted from 1.
    let column: Int
    let characters: [Character]

    var isBlank: Bool { characters.allSatisfy(\.isBlank) }

    var text: String { String(characters) }

    /// Splits a list at the commas outside of quotes.
    static func split(_ text: String) -> [AddressEntry] {
        var entries: [AddressEntry] = []
        var start = 0
        let characters = Array(text)
        for comma in commas(in: characters) + [characters.count] {
            let part = Array(characters[start..<comma])
            entries.append(
                AddressEntry(number: entries.count + 1, column: start + 1, characters: part))
            start = comma + 1
        }
        return entries
    }

    private static func commas(in characters: [Character]) -> [Int] {
        var commas: [Int] = []
        var isQuoted = false
        var isEscaped = false
        for (index, character) in characters.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "\\" {
                isEscaped = isQuoted
            } else if character == ",", !isQuoted {
                commas.append(index)
            }
        }
        return commas
    }

    /// Returns the error for a problem at an index of ``characters``.
    func error(_ problem: AddressError.Problem, at index: Int) -> AddressError {
        AddressError(problem: problem, entry: number, column: column + index, text: text)
    }
}

extension Character {
    /// Whether the character is allowed whitespace. Other whitespace is rejected.
    var isBlank: Bool { self == " " || self == "\t" }
}

extension AddressEntry {
    /// Validates an address `local@domain` that begins at an index of the entry.
    func address(
        _ characters: [Character], at index: Int, name: String?
    ) throws(AddressError) -> Mailbox {
        try rejectUnsupportedSyntax(characters, at: index)
        let ats = characters.indices.filter { characters[$0] == "@" }
        guard let at = ats.first else { throw error(.noAt, at: index) }
        guard ats.count == 1 else { throw error(.severalAts, at: index + ats[1]) }
        guard at + 1 < characters.count else { throw error(.emptyDomain, at: index + at) }
        let local = try localPart(Array(characters[..<at]), at: index)
        let domain = try domain(Array(characters[(at + 1)...]), at: index + at + 1)
        // RFC 5321 section 4.5.3.1.3: a path has at most 256 octets, including its two brackets.
        guard local.utf8.count + 1 + domain.utf8.count <= 254 else {
            throw error(.tooLong(limit: 254), at: index)
        }
        return Mailbox(
            name: name, localPart: local, domain: domain, written: String(characters))
    }

    /// Rejects quotes, comments and spaces. They are allowed in some positions, but programs
    /// interpret them differently.
    private func rejectUnsupportedSyntax(
        _ characters: [Character], at index: Int
    ) throws(AddressError) {
        for (offset, character) in characters.enumerated() {
            let problem: AddressError.Problem? =
                switch character {
                case "\"": .quotedLocalPart
                case "(", ")": .comment
                case "[" where offset > 0 && characters[offset - 1] == "@": .addressLiteral
                case _ where character.isWhitespace: .space
                default: nil
                }
            if let problem { throw error(problem, at: index + offset) }
        }
    }

    /// Validates a dot-atom (RFC 5322 section 3.2.3), including the letters of RFC 6531.
    private func localPart(
        _ characters: [Character], at index: Int
    ) throws(AddressError) -> String {
        guard !characters.isEmpty else { throw error(.emptyLocalPart, at: index) }
        var previous: Character = "."
        for (offset, character) in characters.enumerated() {
            guard character != "." || previous != "." else { throw error(.dot, at: index + offset) }
            guard character == "." || character.isAtomText else {
                throw error(.wrongCharacter(character), at: index + offset)
            }
            previous = character
        }
        guard previous != "." else { throw error(.dot, at: index + characters.count - 1) }
        // RFC 5321 section 4.5.3.1.1.
        guard String(characters).utf8.count <= 64 else {
            throw error(.tooLong(limit: 64), at: index)
        }
        return String(characters)
    }

    private func domain(_ characters: [Character], at index: Int) throws(AddressError) -> String {
        do throws(DomainName.Failure) {
            return try DomainName(characters).ascii
        } catch {
            throw self.error(error.problem, at: index + error.offset)
        }
    }
}

extension Character {
    /// Whether the character is allowed in a local part: RFC 5322 `atext` and the letters of RFC
    /// 6532.
    fileprivate var isAtomText: Bool {
        if let ascii = asciiValue {
            return isLetter || isNumber || "!#$%&'*+-/=?^_`{|}~".utf8.contains(ascii)
        }
        return isLetter || isNumber
    }
}

extension AddressEntry {
    /// Parses the entry as one address with an optional name.
    func mailbox() throws(AddressError) -> Mailbox {
        var scanner = EntryScanner(self)
        let tokens = try scanner.tokens()
        guard let angle = tokens.firstIndex(where: { $0.kind == .angle }) else {
            return try bareMailbox(of: tokens)
        }
        guard angle == tokens.count - 1 else {
            throw error(.textAfterAddress, at: tokens[angle + 1].index)
        }
        let name = try name(of: tokens.dropLast())
        let content = tokens[angle].trimmed
        guard !content.characters.isEmpty else { throw error(.emptyAngle, at: content.index - 1) }
        return try address(content.characters, at: content.index, name: name)
    }

    /// Parses an address without angle brackets. Other forms are only distinguished for better
    /// errors.
    private func bareMailbox(of tokens: [EntryScanner.Token]) throws(AddressError) -> Mailbox {
        if tokens.contains(where: { $0.kind == .quoted }) {
            let isLocalPart = tokens.contains { $0.kind == .word && $0.characters.first == "@" }
            throw error(
                isLocalPart ? .quotedLocalPart : .noAddressAfterName, at: tokens[0].index - 1)
        }
        let addresses = tokens.filter { $0.characters.contains("@") }
        guard let first = addresses.first else { throw error(.noAt, at: tokens[0].index) }
        guard addresses.count == 1 else { throw error(.missingComma, at: addresses[1].index) }
        guard tokens.count == 1 else { throw error(.missingAngles, at: first.index) }
        return try address(first.characters, at: first.index, name: nil)
    }

    private func name(of tokens: ArraySlice<EntryScanner.Token>) throws(AddressError) -> String? {
        for token in tokens where token.kind == .word {
            guard let at = token.characters.firstIndex(of: "@") else { continue }
            throw error(.specialCharacter("@"), at: token.index + at)
        }
        if tokens.allSatisfy({ $0.kind == .word }) {
            return EncodedName.decode(tokens.map(\.text)).nonEmpty
        }
        return tokens.map(\.text).joined(separator: " ").nonEmpty
    }
}

extension EntryScanner.Token {
    /// The token without leading and trailing whitespace.
    var trimmed: EntryScanner.Token {
        let body = characters.drop(while: \.isBlank)
        let leading = characters.count - body.count
        let trailing = body.reversed().prefix(while: \.isBlank).count
        return EntryScanner.Token(
            kind: kind, characters: Array(body.dropLast(trailing)), index: index + leading)
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

/// Decodes display names with RFC 2047 encoded words.
enum EncodedName {
    /// Joins the words of a name and decodes the encoded ones.
    ///
    /// Whitespace between two encoded words is not part of the name (RFC 2047 section 6.2). Words
    /// in unknown character sets are not decoded.
    static func decode(_ words: [String]) -> String {
        var name = ""
        var previousWasEncoded = false
        for word in words {
            let decoded = decoded(word)
            let isEncoded = decoded != nil
            if !name.isEmpty, !(isEncoded && previousWasEncoded) { name += " " }
            name += decoded ?? word
            previousWasEncoded = isEncoded
        }
        return name
    }

    /// Returns the text of `=?charset?encoding?text?=`, or nil if the word is not a valid encoded
    /// word.
    ///
    /// An encoded word that contains control characters is not valid.
    private static func decoded(_ word: String) -> String? {
        guard word.hasPrefix("=?"), word.hasSuffix("?="), word.count > 4 else { return nil }
        let parts = word.dropFirst(2).dropLast(2).split(
            separator: "?", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = bytes(of: parts[2], encoding: parts[1]),
            let text = text(of: bytes, characterSet: parts[0]),
            !text.contains(where: \.isControl)
        else { return nil }
        return text
    }

    private static func bytes(of text: Substring, encoding: Substring) -> [UInt8]? {
        switch encoding.lowercased() {
        case "b": Data(base64Encoded: String(text)).map { Array($0) }
        case "q": quotedBytes(of: text)
        default: nil
        }
    }

    private static func quotedBytes(of text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private static func text(of bytes: [UInt8], characterSet: Substring) -> String? {
        switch characterSet.lowercased() {
        case "utf-8", "us-ascii": String(validating: bytes, as: UTF8.self)
        case "iso-8859-1":
            String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: nil
        }
    }
}
