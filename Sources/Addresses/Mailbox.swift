/// An address to which mail can be sent, with the name that may stand before it.
package struct Mailbox: Hashable, Sendable {
    /// The display name, decoded and without quotes; nil when there was none.
    package let name: String?

    /// What stands before the `@`: a dot-atom, ASCII unless ``requiresSMTPUTF8``.
    package let localPart: String

    /// What stands after the `@`: lower-case ASCII, with A-labels for an international name.
    package let domain: String

    /// The address as its owner wrote it, for messages that a person reads.
    package let written: String

    /// The address as it is sent; equal addresses get one mail.
    package var address: String { localPart + "@" + domain }

    /// Whether only a server with the SMTPUTF8 extension (RFC 6531) can take this address.
    package var requiresSMTPUTF8: Bool { !localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// Reads one address, like `reports@example.com` or `Reports <reports@example.com>`.
    ///
    /// - Throws: ``AddressListError`` when the text holds no address, more than one or a wrong one.
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
