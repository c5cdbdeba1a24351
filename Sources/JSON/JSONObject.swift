/// The members of a JSON object, in order; no name is there twice.
///
/// A look-up by name takes the same time however many members there are: small objects are searched,
/// and larger ones keep an index, so that no input costs the square of its size.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue
    }

    package private(set) var members: [Member] = []
    /// The place of each name in `members`; empty while a search is faster.
    private var places: [String: Int] = [:]

    /// The largest object that is searched member by member.
    private static let searchLimit = 16

    package init() {}

    package var isEmpty: Bool { members.isEmpty }

    package var names: [String] { members.map(\.name) }

    func hasMember(_ name: String) -> Bool { place(of: name) != nil }

    /// Adds a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) {
        add(Member(name: name, value: value))
    }

    /// A new name goes to the end, a known one keeps its place; nil takes the member away.
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
    /// Where a name is given twice, the last value counts.
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        for (name, value) in members { self[name] = value }
    }
}
