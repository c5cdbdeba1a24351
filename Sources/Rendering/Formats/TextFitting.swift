extension String {
    /// This text with every line that is wider than so many columns broken at its spaces.
    ///
    /// What is carried over stands where the line's text began, after a bullet if there is one.
    /// No line ends with a space, no two empty lines follow each other, and one newline ends the
    /// text.
    func fitted(columns: Int) -> String {
        var lines: [Substring] = []
        for line in textLines.lazy.map(\.trimmingTrailingSpaces) {
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            if line.displayWidth <= columns {
                lines.append(line)
            } else {
                lines += line.broken(columns: columns)
            }
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.isEmpty ? "\n" : lines.withPlainSpaces
    }

    /// Where a line ends with one scalar, to look at scalars takes a tenth of the time.
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
                // One character wider than a line, such as a long chain of joined emoji.
                rest = indent + "…" + rest.dropFirst(indent.count + 1)
                continue
            }
            let end = words.lastIndex(of: " ") ?? fitting.endIndex
            lines.append(rest[..<end].trimmingTrailingSpaces)
            rest = indent + rest[end...].drop { $0 == " " }
        }
        return lines + [rest]
    }
}

extension [Substring] {
    /// The lines, each with its newline.
    ///
    /// No-break spaces have done their work once lines are broken; some readers show them as boxes.
    fileprivate var withPlainSpaces: String {
        var plain: [UInt8] = []
        for line in self {
            for byte in line.utf8 {
                // The only scalar whose second byte of UTF-8 is A0 after C2.
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
