/// The addresses of one string with commas between them, as in `emailAddresses`.
///
/// The grammar is the useful part of RFC 5322 3.4: `addr`, `<addr>`, `name <addr>` and
/// `"quoted, name" <addr>`, names also as RFC 2047 encoded words. Groups, comments, quoted local parts,
/// address literals and domains of one label (but `localhost`, for tests and machines without DNS) are
/// refused. White space around an entry and empty entries do not matter.
package struct AddressList: Sendable {
    /// The addresses in their order, each once; never empty.
    package private(set) var mailboxes: [Mailbox] = []

    /// What was passed over or looks like a slip, though it is no mistake.
    package private(set) var notes: [AddressNote] = []

    /// The addresses so far, in small letters.
    private var known: Set<String> = []

    /// Reads the list; one wrong entry refuses the whole of it.
    ///
    /// - Throws: ``AddressListError`` with every mistake, each with its entry and column.
    package init(parsing text: String) throws(AddressListError) {
        if let list = Self(plain: text) { self = list } else { try self.init(scanning: text) }
    }

    /// Reads the list by the whole grammar.
    init(scanning text: String) throws(AddressListError) {
        var mistakes: [AddressError] = []
        let entries = AddressEntry.split(text)
        for entry in entries where !entry.isBlank {
            do throws(AddressError) {
                add(try entry.mailbox(), from: entry.number)
            } catch {
                mistakes.append(error)
            }
        }
        notes += entries.dropLast().filter(\.isBlank).map { .emptyEntry(entry: $0.number) }
        guard mistakes.isEmpty else { throw AddressListError(mistakes: mistakes) }
        guard !mailboxes.isEmpty else { throw AddressListError(text: text, .noAddress) }
    }

    /// Takes a list of common addresses; nil for any other.
    private init?(plain text: String) {
        let entries = text.utf8.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, entry) in entries.enumerated() {
            let trimmed = entry.drop { $0 == UInt8(ascii: " ") }
            guard let address = PlainAddress(Substring(trimmed)) else { return nil }
            add(address.mailbox, from: index + 1)
        }
    }

    /// Keeps the first of equal addresses, and of those that differ in capitals only.
    ///
    /// RFC 5321 2.4 lets a server tell them apart, but none does, and its user would get two mails.
    private mutating func add(_ mailbox: Mailbox, from entry: Int) {
        guard known.insert(mailbox.address.lowercased()).inserted else {
            notes.append(.duplicate(entry: entry, address: mailbox.address))
            return
        }
        mailboxes.append(mailbox)
    }
}
