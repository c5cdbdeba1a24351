import Testing
import TextSupport

@Suite struct ExactTextTests {
    /// Pairs that Swift's strings call equal although their bytes differ.
    static let pairs = [
        ("caf\u{e9}", "cafe\u{301}"), ("K-1", "\u{212a}-1"), ("\u{c5}", "\u{212b}"),
        ("a\u{323}\u{307}", "a\u{307}\u{323}"), (";", "\u{37e}"),
    ]

    @Test(arguments: pairs) func `texts with other bytes are different`(one: String, two: String) {
        #expect(one == two)
        #expect(ExactText(one) != ExactText(two))
        #expect(!one.isExactly(two))
        #expect(Set([ExactText(one), ExactText(two)]).count == 2)
    }

    @Test func `texts with the same bytes are equal`() {
        let parts = ["ca", "f\u{e9}"]
        #expect(ExactText(parts.joined()) == ExactText("caf\u{e9}"))
        #expect(ExactText(parts.joined()).hashValue == ExactText("caf\u{e9}").hashValue)
        #expect(("a" as String?).isExactly("a"))
        #expect((nil as String?).isExactly(nil))
        #expect(!(nil as String?).isExactly(""))
        #expect(!("" as String?).isExactly(nil))
    }
}
