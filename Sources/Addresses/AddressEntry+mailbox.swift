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
