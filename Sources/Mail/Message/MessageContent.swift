/// The encoded content of a mail. Mails that differ only in their recipient share it.
package struct MessageContent: Sendable {
    let entity: MimeEntity

    /// Creates the content: text, HTML as the preferred alternative, and an attachment.
    package init(
        text: String, html: String?, attachment: OutgoingMessage.Attachment?
    ) throws(MessageError) {
        var entity = MimeEntity.text("plain", text)
        if let html {
            entity = .multipart("alternative", [entity, .text("html", html)])
        }
        if let attachment {
            let file = try MimeEntity.csv(named: attachment.name, attachment.bytes)
            entity = .multipart("mixed", [entity, file])
        }
        self.entity = entity
    }

    /// The bytes after the empty line that ends the header.
    package var bytes: [UInt8] { entity.body }
}
