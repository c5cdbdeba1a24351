import Mail
import Testing

/// Tests of reading the texts back from a mail.
@Suite struct MessageTextTests {
    private static let texts = [
        "Hello\n", "", ".\nFrom here\n", "a = b\n\n\n", "Größe 12 €\n", "日本語の件名がここにあります\n",
        "blank at the end \n\tand a tab\t\n", String(repeating: "x=", count: 200) + "\n",
        "Content-Type: text/html;\n\n--=_alternative\n", "\u{0}\u{1}\u{7f}\n",
    ]

    @Test(arguments: texts, [true, false])
    func readsBothTextsUnchanged(text: String, isAttached: Bool) throws {
        let html = "<p>" + text + "</p>\n"
        let attachment = OutgoingMessage.Attachment(name: "a.csv", bytes: Array(text.utf8))
        let content = try MessageContent(
            text: text, html: html, attachment: isAttached ? attachment : nil)
        #expect(MessageText.of(kind: "plain", in: content.bytes) == text)
        #expect(MessageText.of(kind: "html", in: content.bytes) == html)
        #expect(MessageText.of(kind: "calendar", in: content.bytes) == nil)
    }

    @Test func mailWithoutPartsHasNoText() throws {
        let content = try MessageContent(text: "Hello\n", html: nil, attachment: nil)
        #expect(MessageText.of(kind: "plain", in: content.bytes) == nil)
    }
}
