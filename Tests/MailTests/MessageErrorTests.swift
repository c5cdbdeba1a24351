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

    @Test("a subject cannot contain control characters", arguments: controls)
    func subject(control: String) throws {
        #expect(
            try error { $0.subject = "Re\(control)port" } == .controlCharacter(field: "Subject"))
    }

    @Test("a file name cannot contain control characters", arguments: controls)
    func fileName(control: String) throws {
        let error = try error { $0.attachment = .init(name: "a\(control).csv", bytes: []) }
        #expect(error == .controlCharacter(field: "attachment"))
    }

    @Test("other headers cannot contain control characters", arguments: controls)
    func otherHeaders(control: String) throws {
        _ = try error { $0.messageID = "<a@b\(control)>" }
        _ = try error { $0.listID = "a.b\(control)" }
        _ = try error { $0.listUnsubscribe = "https://example.com/\(control)" }
    }

    @Test("From and To cannot contain control characters")
    func names() {
        #expect(throws: AddressListError.self) {
            _ = try Mailbox(parsing: "\"a\r\nBcc: e@x.org\" <ops@example.com>")
        }
    }

    @Test(
        "a malformed Message-ID is rejected",
        arguments: [
            "a@example.com", "<a>", "<a@b@c>", "<a b@c>", "<>", "<@>", "<a@>", "<ä@example.com>",
        ])
    func messageID(value: String) throws {
        let error = try error { $0.messageID = value }
        #expect(error == .malformed(field: "Message-ID", value: value))
    }

    @Test(
        "List-Unsubscribe must be a URL",
        arguments: ["javascript:1", "https://a> b", "x", ""])
    func unsubscribe(value: String) throws {
        let error = try error { $0.listUnsubscribe = value }
        #expect(error == .malformed(field: "List-Unsubscribe", value: value))
    }

    @Test(
        "the name of an attachment cannot contain a path", arguments: ["", "../a.csv", "a\\b.csv"])
    func path(name: String) throws {
        #expect(try error { $0.attachment = .init(name: name, bytes: []) } == .fileName(name))
    }

    @Test("Reply-To must be an ASCII address")
    func internationalSender() throws {
        let error = try error { $0.replyTo = try Mailbox(parsing: "jürgen@example.com") }
        #expect(error == .internationalSender(field: "Reply-To", address: "jürgen@example.com"))
    }

    @Test("an error names the remedy")
    func description() {
        #expect(
            MessageError.controlCharacter(field: "Subject").description
                == "Subject: contains a control character, such as a line break; remove it")
        #expect(
            MessageError.fileName("../a").description
                == "attachment: '../a' is not a valid file name; use a name without a path")
    }
}
