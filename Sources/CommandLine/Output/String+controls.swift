import ControlCharacters

extension String {
    /// The text with every character that could steer a terminal made visible.
    ///
    /// For text that others wrote: file names, answers of servers, values from a log. Line breaks
    /// are shown too (`\n`), so that nobody can add a line to the program's own.
    package var withVisibleControls: String {
        visible(keeping: [])
    }

    /// The same for text of several lines: line feeds and tabs stay as they are.
    package var withVisibleControlsInLines: String {
        visible(keeping: ["\n", "\t"])
    }

    private func visible(keeping kept: Set<Unicode.Scalar>) -> String {
        guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            guard scalar.steersTerminals, !kept.contains(scalar) else {
                text.unicodeScalars.append(scalar)
                return
            }
            text += scalar.escaped
        }
    }
}

extension Unicode.Scalar {
    /// Does something to the terminal, or reorders a line unseen (Unicode 16, section 23.2).
    fileprivate var steersTerminals: Bool { isControl || turnsDirection }

    fileprivate var escaped: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16))}"
        }
    }
}
