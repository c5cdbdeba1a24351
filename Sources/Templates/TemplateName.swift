/// A name in a tag: parts between dots, or the dot alone for the current item.
struct TemplateName: Hashable, Sendable {
    /// Empty for the dot alone.
    let parts: [String]

    init(_ text: String) {
        guard text != "." else {
            parts = []
            return
        }
        parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    init(parts: [String]) {
        self.parts = parts
    }

    var text: String { parts.isEmpty ? "." : parts.joined(separator: ".") }
}
