import Addresses

extension ObjectDecoder {
    /// Decodes one address.
    mutating func mailbox(_ key: String) -> Mailbox? {
        text(key) { text throws(Problem) in
            do throws(AddressListError) {
                return try Mailbox(parsing: text)
            } catch {
                throw .refused(error.description)
            }
        }
    }

    /// Decodes a list of addresses in one string. Each invalid address is reported separately.
    mutating func mailboxes(_ key: String) -> [Mailbox]? {
        guard let text = text(key, StringFormats.any) else { return nil }
        do throws(AddressListError) {
            return try AddressList(parsing: text).mailboxes
        } catch {
            for fault in error.errors { report(.refused(fault.description), at: key) }
            return nil
        }
    }
}
