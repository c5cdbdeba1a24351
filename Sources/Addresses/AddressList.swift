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
