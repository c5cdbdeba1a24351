/// The members of a JSON object, in order and with unique names.
///
/// Lookup by name takes constant time. Small objects are searched; larger ones have an index, so
/// that no input causes quadratic running time.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue
    }

    package private(set) var members: [Member] = []
    /// The index of each name in `members`. Empty while a search is faster.
    private var places: [String: Int] = [:]

    /// The largest object that is searched linearly.
    private static let searchLimit = 16

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    package var names: [String] { members.map(\.name) }

    func hasMember(_ name: String) -> Bool { place(of: name) != nil }

    /// Adds a member whose name must be new.
    mutating func append(_ name: String, _ value: JSONValue) {
        add(Member(name: name, value: value))
    }

    /// Sets or returns a member. A new name is appended, an existing one keeps its position, and
    /// nil removes the member.
    package subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            switch (place(of: name), newValue) {
            case (let index?, let value?): members[index] = Member(name: name, value: value)
            case (let index?, nil): remove(at: index)
            case (nil, let value?): add(Member(name: name, value: value))
            case (nil, nil): return
            }
        }
    }

    private func place(of name: String) -> Int? {
        places.isEmpty ? members.firstIndex { $0.name == name } : places[name]
    }

    private mutating func add(_ member: Member) {
        if !places.isEmpty { places[member.name] = members.count }
        members.append(member)
        if places.isEmpty, members.count > Self.searchLimit { indexMembers() }
    }

    private mutating func remove(at index: Int) {
        members.remove(at: index)
        places = [:]
        if members.count > Self.searchLimit { indexMembers() }
    }

    private mutating func indexMembers() {
        places.reserveCapacity(2 * members.count)
        for (index, member) in members.enumerated() { places[member.name] = index }
    }
}

extension JSONObject: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.members == right.members }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(members)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// If a name is repeated, the last value is used.
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        for (name, value) in members { self[name] = value }
    }
}
