/// Small pieces of running text.
enum Wording {
    /// `a`, `a or b`, `a, b or c`.
    static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Breaks text between words into lines of at most `width` characters.
    ///
    /// Each line after the first begins with `indent` spaces. A longer word has a line of its own.
    static func wrap(_ words: [String], width: Int, indent: Int) -> String {
        var lines: [String] = []
        for word in words {
            if let line = lines.last, line.count + 1 + word.count <= width {
                lines[lines.count - 1] = line + " " + word
            } else {
                let margin = lines.isEmpty ? 0 : indent
                lines.append(String(repeating: " ", count: margin) + word)
            }
        }
        return lines.joined(separator: "\n")
    }
}
