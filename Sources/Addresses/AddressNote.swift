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
