/// Helpers that build sentences.
enum Wording {
    /// Returns `a`, `a or b`, or `a, b or c`.
    static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }

    /// Wraps words into lines of at most `width` characters.
    ///
    /// Every line except the first is indented by `indent` spaces. A word that is too long gets a
    /// line of its own.
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
