extension Unicode.Scalar {
    /// Columns that a terminal gives to this scalar: 0, 1 or 2.
    ///
    /// After https://www.unicode.org/reports/tr11/, wide where in doubt: a line that comes out
    /// shorter does no harm. Joined emoji count as their parts, as most terminals show them.
    var displayWidth: Int {
        // Below the combining marks nothing is wide or without width.
        if value < 0x300 { return 1 }
        if isZeroWidth { return 0 }
        return properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
    }

    private var isZeroWidth: Bool {
        // The selector that asks for the emoji form makes what stands before it one column wider.
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
    /// A byte of ASCII so many times, and none where that is negative.
    ///
    /// `init(repeating:count:)` takes ten times as long: it appends one after the other.
    init(_ scalar: Unicode.Scalar, times: Int) {
        let count = Swift.max(0, times)
        self.init(unsafeUninitializedCapacity: count) { buffer in
            buffer[..<count].initialize(repeating: UInt8(ascii: scalar))
            return count
        }
    }
}

extension StringProtocol {
    /// Columns that a terminal gives to this text.
    var displayWidth: Int {
        let isASCII = utf8.allSatisfy { $0 < 0x80 }
        return isASCII ? utf8.count : unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// The longest beginning, of whole characters, that fits into so many columns.
    func prefix(columns: Int) -> SubSequence {
        var width = 0
        let end = indices.first { index in
            width += String(self[index]).displayWidth
            return width > columns
        }
        return self[..<(end ?? endIndex)]
    }

    /// Cut to so many columns, with `…` in place of what is left out.
    func cut(columns: Int) -> String {
        guard displayWidth > columns else { return String(self) }
        return prefix(columns: columns - 1) + "…"
    }
}
