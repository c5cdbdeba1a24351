extension Unicode.Scalar {
    /// Whether the scalar can end a line, or control a terminal or a protocol.
    ///
    /// These are C0, DEL and C1 (General_Category Cc), and the line and paragraph separators.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x2029: true
        default: false
        }
    }

    /// Whether the scalar changes the text direction, which can make a text look like another one.
    ///
    /// See https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing.
    package var turnsDirection: Bool {
        switch value {
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether the scalar is invisible in text: a control character or a format character.
    package var isInvisible: Bool { isControl || properties.generalCategory == .format }
}

extension Character {
    /// Whether the character contains a control character.
    package var isControl: Bool { unicodeScalars.contains(where: \.isControl) }
}

extension StringProtocol {
    /// Whether the text contains a control character, including line breaks.
    package var hasControl: Bool { unicodeScalars.contains(where: \.isControl) }
}
