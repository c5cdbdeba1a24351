/// Something in a list of addresses that is allowed but may not be meant.
package enum AddressNote: Equatable, Sendable, CustomStringConvertible {
    /// Two commas with nothing between them; a comma at the end is not noted.
    case emptyEntry(entry: Int)
    /// An address that the list already holds, if in other capitals; the first one stays.
    case duplicate(entry: Int, address: String)

    package var description: String {
        switch self {
        case .emptyEntry(let entry):
            "entry \(entry) is empty"
        case .duplicate(let entry, let address):
            "entry \(entry): \(address) is there already"
        }
    }
}
