import ControlCharacters

extension String {
    /// The text with all characters escaped that could control a terminal.
    ///
    /// Use it for untrusted text: file names, server responses, values from a log. Line breaks are
    /// escaped as well (`\n`), so that such text cannot add lines to the program's output.
    package var withVisibleControls: String {
        visible(keeping: [])
    }

    /// The text with control characters escaped, except for line feeds and tabs.
    package var withVisibleControlsInLines: String {
        visible(keeping: ["\n", "\t"])
    }

    private func visible(keeping kept: Set<Unicode.Scalar>) -> String {
        guard unicodeScalars.contains(where: \.controlsTerminals) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.controlsTerminals, !kept.contains(scalar) else {
                text.unicodeScalars.append(scalar)
                return
            }
            text += scalar.escaped
        }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar can control a terminal or reorder text invisibly (Unicode 16, section
    /// 23.2).
    fileprivate var controlsTerminals: Bool { isControl || turnsDirection }

    fileprivate var escaped: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }
}
