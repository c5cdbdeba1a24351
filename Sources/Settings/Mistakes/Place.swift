/// Where a value stands in the file, such as `companies[0].timeZone`; empty for the whole file.
struct Place: Hashable, Sendable {
    let text: String

    static let root = Place(text: "")

    func key(_ name: String) -> Place {
        Place(text: text.isEmpty ? name : "\(text).\(name)")
    }

    func index(_ index: Int) -> Place {
        Place(text: "\(text)[\(index)]")
    }

    /// Of an object: whether this is the object itself or a value in it.
    func isInside(_ other: Place) -> Bool {
        self == other || text.hasPrefix(other.text + ".")
    }
}
