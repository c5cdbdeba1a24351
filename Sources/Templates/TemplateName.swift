/// A name in a tag: parts separated by dots, or a single dot for the current item.
struct TemplateName: Hashable, Sendable {
    /// The parts. Empty for a single dot.
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
