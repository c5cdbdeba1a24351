extension OutgoingMessage {
    /// The whole mail by RFC 5322 and MIME: 7-bit, CRLF, in short lines; equal for equal values.
    ///
    /// These bytes are what is kept, sent and sent again.
    /// - Throws: ``MessageError`` for a value that would break out of its header.
    package func bytes() throws(MessageError) -> [UInt8] {
        let content = try MessageContent(text: text, html: html, attachment: attachment)
        return try header(of: content) + content.bytes
    }

    /// The lines before a content that this mail or one like it has, with the empty line at the end.
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
            // RFC 3834 5, and its counterpart for Exchange: no out-of-office replies.
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

    /// RFC 2919 3: a dot-atom of 255 octets at most.
    private func listIDField(_ value: String) throws(MessageError) -> MessageHeader {
        guard value.isDotAtom, value.utf8.count <= 255 else {
            throw .malformed(field: "List-Id", value: value.onOneLine(limit: 80))
        }
        return MessageHeader("List-Id", "<\(value)>")
    }

    /// RFC 2369 2: a URL in angle brackets, where neither blanks nor brackets may stand.
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
    /// Atoms of RFC 5322 3.2.3 with dots between them.
    fileprivate var isDotAtom: Bool {
        String(self).split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy(\.isAtomText)
        }
    }
}
