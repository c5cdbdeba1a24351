import Testing
import TextSupport

@Suite struct ControlTests {
    private let all = (UInt32(0)...0x10_FFFF).lazy.compactMap(Unicode.Scalar.init)

    @Test func `controls are the Unicode control characters and separators`() {
        let wrong = all.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: !scalar.isControl
            default: scalar.isControl
            }
        }
        #expect(Array(wrong) == [])
    }

    @Test func `characters that change the text direction are invisible`() {
        let turning = Array(all.filter(\.turnsDirection))
        #expect(turning.count == 12)
        #expect(turning.filter(\.isInvisible) == turning)
        #expect(turning.filter(\.isControl) == [])
    }

    @Test(arguments: ["\u{200B}", "\u{FEFF}", "\u{AD}", "\u{1B}", "\u{2028}"])
    func `zero-width characters and controls are invisible`(scalar: Unicode.Scalar) {
        #expect(scalar.isInvisible)
    }

    @Test(arguments: ["a", " ", "ä", "\u{A0}", "\u{301}", "印", "😀"])
    func `letters, spaces and accents are visible`(scalar: Unicode.Scalar) {
        #expect(!scalar.isInvisible && !scalar.turnsDirection)
    }

    @Test(arguments: ["a\nb", "\r\n", "e\u{301}\u{7F}", "\u{9B}2J", "\u{2029}"])
    func `detects a control character at any position`(text: String) {
        #expect(text.hasControl)
        #expect(text.filter(\.isControl).count == 1)
    }

    @Test func `plain text has no control characters`() {
        #expect(!"Zürich, 印度 👩‍👩‍👧".hasControl)
        #expect(!"".hasControl)
    }
}
