extension JSONValue {
    /// The value with the members of all objects sorted by name.
    ///
    /// Texts that differ only in the order of members have the same sorted value.
    package var inOrder: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.inOrder))
        case .object(let object): .object(object.inOrder)
        case .null, .boolean, .number, .string: self
        }
    }
}

extension JSONObject {
    /// The members sorted by name, recursively.
    package var inOrder: JSONObject {
        var sorted = JSONObject()
        for member in members.sorted(by: { $0.name < $1.name }) {
            sorted.append(member.name, member.value.inOrder)
        }
        return sorted
    }
}
