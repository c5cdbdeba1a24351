extension Unicode.Scalar {
    /// The number of terminal columns of the scalar: 0, 1 or 2.
    ///
    /// Based on https://www.unicode.org/reports/tr11/. Ambiguous scalars count as wide, because a
    /// line that is too short does no harm. Joined emoji count as their parts, as most terminals
    /// show them.
    var displayWidth: Int {
        // All scalars below the combining marks have a width of 1.
        if value < 0x300 { return 1 }
        if isZeroWidth { return 0 }
        return properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
    }

    private var isZeroWidth: Bool {
        // The emoji variation selector makes the preceding character one column wider.
        if value == 0xFE0F { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return true
        default: return false
        }
    }

    private var isEastAsianWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E,
            0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
            0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
            0x1AFF0...0x1B2FF, 0x1D300...0x1D37F, 0x1F000...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

extension String {
    /// Creates a string that repeats an ASCII character. A negative count creates an empty string.
    ///
    /// `init(repeating:count:)` takes ten times as long because it appends the characters one by
    /// one.
    init(_ scalar: Unicode.Scalar, times: Int) {
        let count = Swift.max(0, times)
        self.init(unsafeUninitializedCapacity: count) { buffer in
            buffer[..<count].initialize(repeating: UInt8(ascii: scalar))
            return count
        }
    }
}

extension StringProtocol {
    /// The number of terminal columns of the text.
    var displayWidth: Int {
        let isASCII = utf8.withContiguousStorageIfAvailable { $0.allSatisfy { $0 < 0x80 } }
        return isASCII == true ? utf8.count : unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// Returns the longest prefix of complete characters that fits into the columns.
    func prefix(columns: Int) -> SubSequence {
        var width = 0
        let end = indices.first { index in
            width += String(self[index]).displayWidth
            return width > columns
        }
        return self[..<(end ?? endIndex)]
    }

    /// Returns the text truncated to the columns, ending with `…` if it was longer.
    func cut(columns: Int) -> String {
        guard displayWidth > columns else { return String(self) }
        return prefix(columns: columns - 1) + "…"
    }
}
