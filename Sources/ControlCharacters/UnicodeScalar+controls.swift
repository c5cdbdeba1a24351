extension Unicode.Scalar {
    /// Whether it ends a line or steers a terminal or a protocol.
    ///
    /// C0, DEL, C1 (General_Category Cc) and the separators of lines and paragraphs.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x2029: true
        default: false
        }
    }

    /// Whether it turns the direction of writing, so that a text looks like another one.
    ///
    /// https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
    package var turnsDirection: Bool {
        switch value {
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Whether nobody sees it in a message: a control, or a mark that only shapes other characters.
    package var isInvisible: Bool { isControl || properties.generalCategory == .format }
}

extension Character {
    /// Whether one of its scalars is a control.
    package var isControl: Bool { unicodeScalars.contains(where: \.isControl) }
}

extension StringProtocol {
    /// Whether one of its scalars is a control, so that it is not one plain line.
    package var hasControl: Bool { unicodeScalars.contains(where: \.isControl) }
}
