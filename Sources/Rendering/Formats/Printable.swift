import ControlCharacters

extension String {
    /// This untrusted text as one line without characters that control a display.
    ///
    /// Whitespace becomes a space. Other control characters, including the one that starts terminal
    /// escape sequences, become `�`. Marks that change the text direction are removed
    /// (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
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

    /// Returns the printable text, truncated to the columns for a name.
    func name(columns: Int = 60) -> String {
        // Also limit the scalars, because marks without width could make the name arbitrarily long.
        String(unicodeScalars.prefix(columns * 2)).printable.cut(columns: columns)
    }
}
