package import Addresses
package import CivilTime

/// A mail to one recipient, before it is encoded.
///
///     let message = OutgoingMessage(
///         from: sender, to: recipient, subject: "All delivered", date: now, offset: 19_800,
///         messageID: "<0123456789abcdef@example.com>", text: "Hello\n")
///     let bytes = try message.bytes()
package struct OutgoingMessage: Sendable {
    /// A CSV file that is attached to the mail.
    package struct Attachment: Sendable {
        /// The file name without a path. It may contain non-ASCII characters.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    package var from: Mailbox
    package var to: Mailbox
    package var subject: String
    package var date: Instant
    /// The UTC offset for the date, in seconds east of UTC.
    package var offset: Int
    /// The Message-ID in angle brackets; see ``MessageID``.
    package var messageID: String
    package var text: String
    package var html: String?
    package var attachment: Attachment?
    /// The List-Id without brackets; see ``ListID``.
    package var listID: String?
    /// An `https:`, `http:` or `mailto:` URL without brackets.
    package var listUnsubscribe: String?
    package var replyTo: Mailbox?

    package init(
        from: Mailbox, to: Mailbox, subject: String, date: Instant, offset: Int,
        messageID: String, text: String, html: String? = nil, attachment: Attachment? = nil,
        listID: String? = nil, listUnsubscribe: String? = nil, replyTo: Mailbox? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.offset = offset
        self.messageID = messageID
        self.text = text
        self.html = html
        self.attachment = attachment
        self.listID = listID
        self.listUnsubscribe = listUnsubscribe
        self.replyTo = replyTo
    }
}
