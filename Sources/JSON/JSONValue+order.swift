extension JSONValue {
    /// The same value with the members of all objects in the order of their names.
    ///
    /// Two texts that differ only in the order of members give one value.
    package var inOrder: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.inOrder))
        case .object(let object): .object(object.inOrder)
        case .null, .boolean, .number, .string: self
        }
    }
}

extension JSONObject {
    /// The same members in the order of their names, and theirs likewise.
    package var inOrder: JSONObject {
        var sorted = JSONObject()
        for member in members.sorted(by: { $0.name < $1.name }) {
            sorted.append(member.name, member.value.inOrder)
        }
        return sorted
    }
}
