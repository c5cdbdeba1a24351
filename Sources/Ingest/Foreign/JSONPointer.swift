/// Names one value in a JSON document (RFC 6901).
struct JSONPointer: Hashable, Sendable {
    /// As it was written.
    let text: String
    /// The names or places in lists on the way there, unescaped.
    let steps: [String]

    /// Nil for what does not start with `/` (also `""`, the whole document) or holds a `~` that
    /// neither 0 nor 1 follows.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let step = Self.unescaped(part) else { return nil }
            steps.append(step)
        }
        self.text = text
        self.steps = steps
    }

    /// The pointer along names without `/` and `~`.
    init(names: String...) {
        steps = names
        text = names.map { "/" + $0 }.joined()
    }

    /// `~1` is `/` and `~0` is `~`.
    private static func unescaped(_ part: Substring) -> String? {
        let pieces = part.split(separator: "~", omittingEmptySubsequences: false)
        var step = pieces.first.map(String.init) ?? ""
        for piece in pieces.dropFirst() {
            switch piece.first {
            case "0": step += "~" + piece.dropFirst()
            case "1": step += "/" + piece.dropFirst()
            default: return nil
            }
        }
        return step
    }
}
