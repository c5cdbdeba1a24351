import TextSupport

extension String {
    /// The text with all characters escaped that could control a terminal.
    ///
    /// Use it for untrusted text: file names, server responses, values from a log. Line breaks are
    /// escaped as well (`\n`), so that such text cannot add lines to the program's output.
    package var withVisibleControls: String {
        guard unicodeScalars.contains(where: \.controlsTerminals) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.controlsTerminals {
                text += scalar.escaped
            } else {
                text.unicodeScalars.append(scalar)
            }
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
