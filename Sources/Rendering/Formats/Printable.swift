import ControlCharacters

extension String {
    /// This text, from somewhere outside, as one line without anything that steers a display.
    ///
    /// White space of any kind becomes a space; other control characters, among them the one that
    /// begins a terminal's escape sequences, become `�`; marks that turn the direction of
    /// writing are left out (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
    var printable: String {
        if utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case _ where scalar.properties.isWhitespace: result.append(" ")
            case _ where scalar.isControl: result.append("\u{FFFD}")
            case _ where scalar.turnsDirection: continue
            default: result.append(scalar)
            }
        }
        return String(result).split(separator: " ").joined(separator: " ")
    }

    /// Printable, and no wider than a place for a name is.
    func name(columns: Int = 60) -> String {
        // Marks that take no column of their own must not make a name of any length.
        String(unicodeScalars.prefix(columns * 2)).printable.cut(columns: columns)
    }
}
