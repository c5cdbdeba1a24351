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

/// A comma-separated list of addresses, as in `emailAddresses`.
///
/// The grammar is a subset of RFC 5322 section 3.4: `addr`, `<addr>`, `name <addr>` and `"quoted,
/// name" <addr>`. Names can also be RFC 2047 encoded words. Groups, comments, quoted local parts,
/// address literals and single-label domains are rejected. `localhost` is allowed for tests and for
/// machines without DNS. Whitespace around entries and empty entries are ignored.
///
///     let list = try AddressList(parsing: "ops@example.com, \"Care, 24h\" <care@example.com>")
///     print(list.mailboxes.map(\.address))
package struct AddressList: Sendable {
    /// The addresses in order, without duplicates. Never empty.
    package private(set) var mailboxes: [Mailbox] = []

    /// Notes about entries that were ignored or are probably unintended.
    package private(set) var notes: [AddressNote] = []

    /// The addresses so far, in lowercase.
    private var known: Set<String> = []

    /// Parses a list. A single invalid entry makes the whole list invalid.
    ///
    /// - Throws: ``AddressListError`` with all errors, each with its entry and column.
    package init(parsing text: String) throws(AddressListError) {
        if let list = Self(plain: text) { self = list } else { try self.init(scanning: text) }
    }

    /// Parses a list with the complete grammar.
    init(scanning text: String) throws(AddressListError) {
        var errors: [AddressError] = []
        let entries = AddressEntry.split(text)
        for entry in entries where !entry.isBlank {
            do throws(AddressError) {
                add(try entry.mailbox(), from: entry.number)
            } catch {
                errors.append(error)
            }
        }
        notes += entries.dropLast().filter(\.isBlank).map { .emptyEntry(entry: $0.number) }
        guard errors.isEmpty else { throw AddressListError(errors: errors) }
        guard !mailboxes.isEmpty else { throw AddressListError(text: text, .noAddress) }
    }

    /// Parses a list of common addresses. Returns nil for other lists.
    private init?(plain text: String) {
        let entries = text.utf8.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, entry) in entries.enumerated() {
            let trimmed = entry.drop { $0 == UInt8(ascii: " ") }
            guard let address = PlainAddress(Substring(trimmed)) else { return nil }
            add(address.mailbox, from: index + 1)
        }
    }

    /// Adds a mailbox unless it is a duplicate, ignoring case.
    ///
    /// RFC 5321 section 2.4 allows servers to distinguish case, but none does, and the user would
    /// get two mails.
    private mutating func add(_ mailbox: Mailbox, from entry: Int) {
        guard known.insert(mailbox.address.lowercased()).inserted else {
            notes.append(.duplicate(entry: entry, address: mailbox.address))
            return
        }
        mailboxes.append(mailbox)
    }
}

/// A valid but probably unintended part of an address list.
package enum AddressNote: Equatable, Sendable, CustomStringConvertible {
    /// An empty entry between two commas. A trailing comma is not reported.
    case emptyEntry(entry: Int)
    /// A duplicate, ignoring case. The first occurrence is used.
    case duplicate(entry: Int, address: String)

    package var description: String {
        switch self {
        case .emptyEntry(let entry):
            "entry \(entry) is empty"
        case .duplicate(let entry, let address):
            "entry \(entry): \(address) is a duplicate"
        }
    }
}

/// A common address with ASCII letters, digits, dots and hyphens, parsed without the complete
/// grammar.
///
/// It accepts a subset of ``AddressEntry`` with the same results. Other addresses are parsed by
/// that type, which knows all rules and reports errors.
struct PlainAddress {
    let mailbox: Mailbox

    init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, Self.isLocalPart(parts[0]),
            Self.isDomain(parts[1])
        else { return nil }
        mailbox = Mailbox(
            name: nil, localPart: String(Substring(parts[0])),
            domain: Substring(parts[1]).lowercased(), written: String(text))
    }

    private static func isLocalPart(_ text: Substring.UTF8View) -> Bool {
        text.count <= 64
            && atoms(of: text).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy { isWordText($0) || $0 == UInt8(ascii: "_") }
            }
    }

    private static func isDomain(_ text: Substring.UTF8View) -> Bool {
        let labels = atoms(of: text)
        let hyphen = UInt8(ascii: "-")
        // A name whose last label is not alphabetic may be an IP address.
        guard labels.count > 1, labels.last?.allSatisfy(isLetter) == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy(isWordText)
                && label.first != hyphen && label.last != hyphen
        }
    }

    private static func atoms(of text: Substring.UTF8View) -> [Substring.UTF8View] {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    private static func isWordText(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
