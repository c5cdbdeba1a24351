/// A reply of a mail server (RFC 5321 section 4.2) with its lines joined.
struct ServerReply: Equatable {
    let code: Int
    let enhancedCode: String?
    let text: String

    /// Parses the lines of a reply. Returns nil if the last line is not a valid reply line.
    init?(lines: [String]) {
        guard let last = lines.last, let code = Self.code(of: last) else { return nil }
        self.code = code
        let texts = lines.map { $0.dropFirst(4) }
        let enhanced = texts.last.flatMap(Self.enhancedCode)
        enhancedCode = enhanced.map(String.init)
        text = texts.map { text in
            let rest = enhanced.map { text.hasPrefix($0) ? text.dropFirst($0.count) : text } ?? text
            return rest.drop { $0 == " " }
        }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Whether the line is the last one of its reply: the code is followed by a space or nothing.
    static func isLast(_ line: String) -> Bool {
        code(of: line) != nil && line.dropFirst(3).first != "-"
    }

    /// Returns the three digits at the start of a line, or nil if it is not a reply line.
    private static func code(of line: String) -> Int? {
        let digits = line.prefix(3)
        guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            line.utf8.count == 3 || line.dropFirst(3).hasPrefix(" ")
                || line.dropFirst(3).hasPrefix("-")
        else { return nil }
        return Int(digits)
    }

    /// Returns an enhanced status code such as `5.1.1` at the start of the text (RFC 3463 section
    /// 2).
    private static func enhancedCode(of text: Substring) -> Substring? {
        let word = text.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.count) && Int($0) != nil })
        else { return nil }
        return word
    }
}
