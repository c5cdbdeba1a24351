/// What a mail holds, encoded; mails that differ only in their recipient share it.
package struct MessageContent: Sendable {
    let entity: MimeEntity

    /// Text, then HTML as its better form, then what is attached to both.
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

    /// What follows the empty line after the header.
    package var bytes: [UInt8] { entity.body }
}
