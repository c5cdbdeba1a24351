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

    /// The lines of the text. If line breaks are single bytes, processing bytes takes a small part
    /// of the time.
    private var textLines: [Substring] {
        guard let ends = offsetsOfLineFeeds else {
            return split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        }
        var (lines, start) = ([Substring](), startIndex)
        for end in ends {
            let index = utf8.index(startIndex, offsetBy: end)
            lines.append(self[start..<index])
            start = utf8.index(after: index)
        }
        return lines + [self[start...]]
    }

    /// The offsets of the line feeds in UTF-8, or nil if there are other line breaks.
    private var offsetsOfLineFeeds: [Int]? {
        var text = self
        return text.withUTF8 { bytes in
            var offsets: [Int] = []
            for (index, byte) in bytes.enumerated() {
                switch byte {
                case 0x0A: offsets.append(index)
                case 0x0B...0x0D: return nil
                // U+0085, U+2028 and U+2029.
                case 0xC2 where bytes[index + 1] == 0x85: return nil
                case 0xE2 where bytes[index + 1] == 0x80 && 0xA8...0xA9 ~= bytes[index + 2]:
                    return nil
                default: continue
                }
            }
            return offsets
        }
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
        let size = reduce(0) { $0 + $1.utf8.count + 1 }
        return String(unsafeUninitializedCapacity: size) { plain in
            var count = 0
            for var line in self {
                line.withUTF8 { count += $0.copyWithPlainSpaces(to: plain, at: count) }
                plain[count] = UInt8(ascii: "\n")
                count += 1
            }
            return count
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Copies UTF-8 with no-break spaces replaced. Returns the number of bytes written.
    fileprivate func copyWithPlainSpaces(
        to output: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) -> Int {
        var end = start
        for byte in self {
            // The no-break space is the only scalar that is encoded as C2 A0 in UTF-8.
            if byte == 0xA0, end > start, output[end - 1] == 0xC2 {
                output[end - 1] = 0x20
            } else {
                output[end] = byte
                end += 1
            }
        }
        return end - start
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
