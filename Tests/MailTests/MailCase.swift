import Addresses
import CivilTime
import FoundationEssentials
import Mail
import TestSupport

/// A mail, and what Python's parser must find in it.
struct MailCase {
    var message: OutgoingMessage

    init(
        subject: String = "Report", text: String = "Hello\n", to: String = "Ops <ops@example.com>"
    ) throws {
        message = OutgoingMessage(
            from: try Mailbox(parsing: "Callback Reports <reports@example.com>"),
            to: try Mailbox(parsing: to), subject: subject, date: Instant(seconds: 1_795_232_381),
            offset: 19_800, messageID: "<0123456789abcdef@example.com>", text: text)
    }

    /// Checks all mails with the Python script and returns the differences.
    static func problems(of cases: [MailCase]) throws -> String {
        let lines = try cases.map { try $0.line() }
        return try PythonCheck.run("mail", input: lines.joined(separator: "\n"))
    }

    private struct Expectation: Encodable {
        let mail, subject, messageID, text: String
        let from: [String]
        let to, replyTo: [String]?
        let date: Int64
        let offset: Int
        let html, listID, listUnsubscribe: String?
        let attachment: [String]?
    }

    private func line() throws -> String {
        let expectation = Expectation(
            mail: Data(try message.bytes()).base64EncodedString(), subject: message.subject,
            messageID: message.messageID, text: Self.lines(message.text),
            from: Self.parts(message.from),
            to: message.to.requiresSMTPUTF8 ? nil : Self.parts(message.to),
            replyTo: message.replyTo.map(Self.parts), date: message.date.seconds,
            offset: message.offset, html: message.html.map(Self.lines),
            listID: message.listID.map { "<\($0)>" },
            listUnsubscribe: message.listUnsubscribe.map { "<\($0)>" },
            attachment: message.attachment.map {
                [$0.name, Data($0.bytes).base64EncodedString()]
            })
        return String(decoding: try JSONEncoder().encode(expectation), as: UTF8.self)
    }

    private static func parts(_ mailbox: Mailbox) -> [String] {
        [mailbox.name ?? "", mailbox.address]
    }

    /// Returns the text with uniform line breaks, including one at the end.
    private static func lines(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
        return lines.joined(separator: "\n") + (lines.last?.isEmpty == false ? "\n" : "")
    }
}

extension Character {
    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
