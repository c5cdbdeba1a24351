import TextSupport

extension String {
    /// Returns the text with long lines wrapped at spaces.
    ///
    /// Continuation lines are indented to where the text of the line begins, after a bullet if
    /// there is one. Web addresses and the path of a command are never broken, because half of one
    /// is useless. Trailing spaces and repeated empty lines are removed. The text ends with one
    /// newline.
    func fitted(columns: Int) -> String {
        var lines: [Substring] = []
        for line in textLines.lazy.map(\.trimmingTrailingSpaces) {
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            if line.displayWidth <= columns || line.isOptionWithPath {
                lines.append(line)
            } else {
                lines += line.broken(columns: columns)
            }
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.isEmpty ? "\n" : lines.withPlainSpaces
    }

    /// The lines of the text. If line breaks are single scalars, processing scalars takes a tenth
    /// of the time.
    private var textLines: [Substring] {
        guard !utf8.contains(UInt8(ascii: "\r")) else {
            return split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        }
        return unicodeScalars.split(omittingEmptySubsequences: false) { scalar in
            switch scalar.value {
            case 0x0A...0x0C, 0x85, 0x2028, 0x2029: true
            default: false
            }
        }.map { Substring($0) }
    }
}

extension Substring {
    fileprivate func broken(columns: Int) -> [Substring] {
        let margin = prefix { $0 == " " || $0 == "*" }.count
        let indent = String(" ", times: Swift.min(margin, columns / 2))
        var lines: [Substring] = []
        var rest = self
        while rest.displayWidth > columns {
            let fitting = rest.prefix(columns: columns)
            let words = fitting.dropFirst(indent.count)
            guard !words.isEmpty else {
                // A character wider than a line, such as a long sequence of joined emoji.
                rest = indent + "…" + rest.dropFirst(indent.count + 1)
                continue
            }
            let end =
                words.lastIndex(of: " ") ?? rest.endOfAddress(from: words.startIndex)
                ?? fitting.endIndex
            lines.append(rest[..<end].trimmingTrailingSpaces)
            guard end < rest.endIndex else { return lines }
            rest = indent + rest[end...].drop { $0 == " " }
        }
        return lines + [rest]
    }
}

extension Substring {
    /// Whether the line is the option of a command that names the configuration file.
    fileprivate var isOptionWithPath: Bool { drop { $0 == " " }.hasPrefix("--config ") }

    /// Returns the end of the URL that begins at an index, or nil if none begins there.
    fileprivate func endOfAddress(from start: Index) -> Index? {
        let text = self[start...]
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
        return text.firstIndex(of: " ") ?? endIndex
    }
}

extension [Substring] {
    /// The lines, each with its newline.
    ///
    /// No-break spaces are replaced because they are no longer needed once the lines are wrapped,
    /// and some mail clients show them as boxes.
    fileprivate var withPlainSpaces: String {
        var plain: [UInt8] = []
        for line in self {
            for byte in line.utf8 {
                // The no-break space is the only scalar that is encoded as C2 A0 in UTF-8.
                if byte == 0xA0, plain.last == 0xC2 {
                    plain[plain.count - 1] = 0x20
                } else {
                    plain.append(byte)
                }
            }
            plain.append(UInt8(ascii: "\n"))
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

extension Substring {
    var trimmingTrailingSpaces: Substring {
        guard let last = utf8.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return "" }
        return self[..<utf8.index(after: last)]
    }
}

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
