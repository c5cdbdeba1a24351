/// Text styles for terminals, with the escape codes of ECMA-48. If the style is off, texts are
/// returned unchanged.
package struct Style: Sendable {
    package let isOn: Bool

    package init(isOn: Bool) {
        self.isOn = isOn
    }

    package func bold(_ text: String) -> String { wrap(text, code: 1) }
    package func dim(_ text: String) -> String { wrap(text, code: 2) }
    package func red(_ text: String) -> String { wrap(text, code: 31) }
    package func green(_ text: String) -> String { wrap(text, code: 32) }

    private func wrap(_ text: String, code: Int) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
