import Addresses

extension ObjectDecoder {
    /// One address.
    mutating func mailbox(_ key: String) -> Mailbox? {
        text(key) { text throws(Problem) in
            do throws(AddressListError) {
                return try Mailbox(parsing: text)
            } catch {
                throw .refused(error.description)
            }
        }
    }

    /// A list of addresses in one string; every wrong one is a mistake of its own.
    mutating func mailboxes(_ key: String) -> [Mailbox]? {
        guard let text = text(key, StringFormats.any) else { return nil }
        do throws(AddressListError) {
            return try AddressList(parsing: text).mailboxes
        } catch {
            for mistake in error.mistakes { report(.refused(mistake.description), at: key) }
            return nil
        }
    }
}
