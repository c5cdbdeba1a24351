import Addresses
import Mail
import Testing

@Suite struct MessageErrorTests {
    private static let controls = [
        "\r", "\n", "\r\n", "\u{0}", "\u{85}", "\u{2028}", "\u{2029}", "\r\nBcc: evil@example.com",
        "\n\n<script>", "\u{1b}[2J", "\t",
    ]

    private func error(_ change: (inout OutgoingMessage) throws -> Void) throws -> MessageError? {
        var message = try MailCase().message
        try change(&message)
        return #expect(throws: MessageError.self) { _ = try message.bytes() }
    }

    @Test("no control character gets into a subject", arguments: controls)
    func subject(control: String) throws {
        #expect(
            try error { $0.subject = "Re\(control)port" } == .controlCharacter(field: "Subject"))
    }

    @Test("no control character gets into the name of a file", arguments: controls)
    func fileName(control: String) throws {
        let error = try error { $0.attachment = .init(name: "a\(control).csv", bytes: []) }
        #expect(error == .controlCharacter(field: "attachment"))
    }

    @Test("no control character gets into another header", arguments: controls)
    func otherHeaders(control: String) throws {
        _ = try error { $0.messageID = "<a@b\(control)>" }
        _ = try error { $0.listID = "a.b\(control)" }
        _ = try error { $0.listUnsubscribe = "https://example.com/\(control)" }
    }

    @Test("a name with a control character cannot be read, so none gets into From or To")
    func names() {
        #expect(throws: AddressListError.self) {
            _ = try Mailbox(parsing: "\"a\r\nBcc: e@x.org\" <ops@example.com>")
        }
    }

    @Test(
        "a value of another form than its header's is refused",
        arguments: [
            "a@example.com", "<a>", "<a@b@c>", "<a b@c>", "<>", "<@>", "<a@>", "<ä@example.com>",
        ])
    func messageID(value: String) throws {
        let error = try error { $0.messageID = value }
        #expect(error == .malformed(field: "Message-ID", value: value))
    }

    @Test(
        "only a URL is taken for unsubscribing",
        arguments: ["javascript:1", "https://a> b", "x", ""])
    func unsubscribe(value: String) throws {
        let error = try error { $0.listUnsubscribe = value }
        #expect(error == .malformed(field: "List-Unsubscribe", value: value))
    }

    @Test("an attachment has a name without a path", arguments: ["", "../a.csv", "a\\b.csv"])
    func path(name: String) throws {
        #expect(try error { $0.attachment = .init(name: name, bytes: []) } == .fileName(name))
    }

    @Test("answers go to an address that every server takes")
    func internationalSender() throws {
        let error = try error { $0.replyTo = try Mailbox(parsing: "jürgen@example.com") }
        #expect(error == .internationalSender(field: "Reply-To", address: "jürgen@example.com"))
    }

    @Test("an error says what to change")
    func description() {
        #expect(
            MessageError.controlCharacter(field: "Subject").description
                == "Subject: a control character, such as a line end; remove it")
        #expect(
            MessageError.fileName("../a").description
                == "attachment: '../a' is no file name; use one without a path")
    }
}
