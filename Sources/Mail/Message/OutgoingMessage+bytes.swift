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
