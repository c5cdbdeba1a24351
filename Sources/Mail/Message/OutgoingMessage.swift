package import Addresses
package import CivilTime
import TextSupport

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

extension OutgoingMessage {
    /// Returns the complete mail as in RFC 5322 and MIME: 7-bit, CRLF, short lines. Equal values
    /// produce equal bytes.
    ///
    /// These bytes are stored, sent, and sent again on a retry.
    ///
    /// - Throws: ``MessageError`` if a value would break out of its header.
    package func bytes() throws(MessageError) -> [UInt8] {
        let content = try MessageContent(text: text, html: html, attachment: attachment)
        return try header(of: content) + content.bytes
    }

    /// Returns the header of this mail for a content that it may share with others, including the
    /// empty line.
    package func header(of content: MessageContent) throws(MessageError) -> [UInt8] {
        Array(MimeEntity(fields: try fields() + content.entity.fields, body: []).header.utf8)
    }

    private func fields() throws(MessageError) -> [MessageHeader] {
        var fields = [
            try MessageHeader.sender("From", from),
            try MessageHeader.recipient("To", to),
        ]
        if let replyTo { fields.append(try .sender("Reply-To", replyTo)) }
        fields += [
            try .unstructured("Subject", subject),
            MessageHeader("Date", MailDate.text(date, offset: offset)),
            try messageIDField(),
            // RFC 3834 section 5 and its counterpart for Exchange prevent out-of-office replies.
            MessageHeader("Auto-Submitted", "auto-generated"),
            MessageHeader("X-Auto-Response-Suppress", "All"),
        ]
        if let listID { fields.append(try listIDField(listID)) }
        if let listUnsubscribe { fields.append(try unsubscribeField(listUnsubscribe)) }
        return fields + [MessageHeader("MIME-Version", "1.0")]
    }

    private func messageIDField() throws(MessageError) -> MessageHeader {
        let sides = messageID.dropFirst().dropLast().split(
            separator: "@", omittingEmptySubsequences: false)
        guard messageID.hasPrefix("<"), messageID.hasSuffix(">"), sides.count == 2,
            sides.allSatisfy(\.isDotAtom)
        else { throw .malformed(field: "Message-ID", value: messageID.onOneLine(limit: 80)) }
        return MessageHeader("Message-ID", messageID)
    }

    /// RFC 2919 section 3: a dot-atom of at most 255 octets.
    private func listIDField(_ value: String) throws(MessageError) -> MessageHeader {
        guard value.isDotAtom, value.utf8.count <= 255 else {
            throw .malformed(field: "List-Id", value: value.onOneLine(limit: 80))
        }
        return MessageHeader("List-Id", "<\(value)>")
    }

    /// RFC 2369 section 2: a URL in angle brackets, without spaces or angle brackets.
    private func unsubscribeField(_ url: String) throws(MessageError) -> MessageHeader {
        let schemes = ["https:", "http:", "mailto:"]
        let isURL = schemes.contains { url.lowercased().hasPrefix($0) } && url.utf8.count <= 900
        guard isURL, url.isPrintableASCII, !url.contains(where: { " <>".contains($0) }) else {
            throw .malformed(field: "List-Unsubscribe", value: url.onOneLine(limit: 80))
        }
        return MessageHeader("List-Unsubscribe", "<\(url)>")
    }
}

extension StringProtocol {
    /// Whether the text consists of atoms (RFC 5322 section 3.2.3) separated by dots.
    fileprivate var isDotAtom: Bool {
        String(self).split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy(\.isAtomText)
        }
    }
}

/// Creates identifiers of emails.
package enum MessageID {
    /// Returns the Message-ID of a report to an address, in angle brackets.
    ///
    /// Two different emails never have the same Message-ID, because receivers drop the second one as
    /// a duplicate. Retries send the stored bytes, and so the same Message-ID. Each value is hashed
    /// with its length, so that different lists of values have different hashes.
    ///
    /// - Parameter nonce: A random number of the report. Without it, a report that is created again
    ///   after `repair clock` would have the Message-IDs of the one that it replaces.
    package static func report(
        company: String, frequency: String, occurrence: Instant, address: String, domain: String,
        nonce: UInt64
    ) -> String {
        let values = [
            company, frequency, String(occurrence.milliseconds), address, String(nonce),
        ]
        let joined = values.map { "\($0.utf8.count):\($0)" }.joined()
        return "<\(SHA256.hexadecimal(Array(joined.utf8)).prefix(32))@\(domain)>"
    }

    /// Returns a new ID of a message to a webhook. Retries send the stored one.
    package static func webhook() -> String {
        "msg_" + (0..<16).map { _ in UInt8.random(in: .min ... .max) }.hexadecimal
    }
}

/// The identifier of a series of reports (RFC 2919).
package enum ListID {
    /// Returns an identifier such as `daily.hxxxxxxx071in.example.com`, without brackets. Receivers
    /// can filter by it.
    ///
    /// Characters that are not allowed become hyphens.
    package static func report(company: String, frequency: String, domain: String) -> String {
        [frequency, company].map(label).joined(separator: ".") + "." + domain
    }

    private static func label(_ text: String) -> String {
        let characters = text.lowercased().utf8.prefix(60).map { byte in
            byte.isLetterOrDigit ? Character(Unicode.Scalar(byte)) : "-"
        }
        return characters.isEmpty ? "-" : String(characters)
    }
}

/// Formats an instant as in RFC 5322 section 3.3.
enum MailDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns `Wed, 25 Nov 2026 17:00:00 +0530`. Seconds in the offset are rounded down to the
    /// minute.
    static func text(_ instant: Instant, offset: Int) -> String {
        let wholeMinutes = offset.flooredDivision(by: 60) * 60
        let local = CivilDateTime(secondsSinceEpoch: instant.seconds + Int64(wholeMinutes))
        let date = local.date
        let zone = ZoneOffset(seconds: wholeMinutes, abbreviation: "").description
        return "\(date.weekday.shortName), \(padded(date.day, to: 2)) \(months[date.month - 1]) "
            + "\(date.year) \(local.time) \(zone.filter { $0 != ":" })"
    }
}
