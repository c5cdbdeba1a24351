/// An email address with an optional display name.
package struct Mailbox: Hashable, Sendable {
    /// The decoded display name without quotes, or nil if there is none.
    package let name: String?

    /// The part before the `@`: a dot-atom, in ASCII unless ``requiresSMTPUTF8``.
    package let localPart: String

    /// The part after the `@` in lowercase ASCII, with A-labels for international names.
    package let domain: String

    /// The address as the user wrote it, for messages.
    package let written: String

    /// The address to send to. Mailboxes with equal addresses get one mail.
    package var address: String { localPart + "@" + domain }

    /// Whether the address requires a server with the SMTPUTF8 extension (RFC 6531).
    package var requiresSMTPUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// Parses a single address, such as `reports@example.com` or `Reports <reports@example.com>`.
    ///
    /// - Throws: ``AddressListError`` if the text contains no address, several addresses or an
    ///   invalid one.
    package init(parsing text: String) throws(AddressListError) {
        let list = try AddressList(parsing: text)
        guard list.mailboxes.count == 1 else {
            throw AddressListError(text: text, .severalAddresses)
        }
        self = list.mailboxes[0]
    }

    init(name: String?, localPart: String, domain: String, written: String) {
        self.name = name
        self.localPart = localPart
        self.domain = domain
        self.written = written
    }
}
