package import Addresses
package import CivilTime

/// A mail to one recipient, before it is written out as bytes.
package struct OutgoingMessage: Sendable {
    /// A CSV file that goes with the mail.
    package struct Attachment: Sendable {
        /// Without a path; any letters.
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
    /// Of the zone that the date is shown in, in seconds east of UTC.
    package var offset: Int
    /// In angle brackets; see ``MessageID``.
    package var messageID: String
    package var text: String
    package var html: String?
    package var attachment: Attachment?
    /// Without brackets; see ``ListID``.
    package var listID: String?
    /// An `https:`, `http:` or `mailto:` URL, without brackets.
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
