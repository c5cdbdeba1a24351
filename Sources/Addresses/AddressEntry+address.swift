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
