import TextSupport

/// The members of a JSON object, in order and with unique names.
///
/// Lookup by name takes constant time. Small objects are searched; larger ones have an index, so
/// that no input causes quadratic running time.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue

        package static func == (left: Member, right: Member) -> Bool {
            left.name.isExactly(right.name) && left.value == right.value
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(ExactText(name))
            hasher.combine(value)
        }
    }

    package private(set) var members: [Member] = []
    /// The index of each name in `members`. Empty while a search is faster.
    private var places: [ExactText: Int] = [:]

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
        places.isEmpty
            ? members.firstIndex { $0.name.isExactly(name) } : places[ExactText(name)]
    }

    private mutating func add(_ member: Member) {
        if !places.isEmpty { places[ExactText(member.name)] = members.count }
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
        for (index, member) in members.enumerated() {
            places[ExactText(member.name)] = index
        }
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
        self.members.reserveCapacity(members.count)
        for (name, value) in members { self[name] = value }
    }
}

extension JSONObject {
    /// Parses only some members of an object and skips the values of all others.
    ///
    /// This takes a few milliseconds per megabyte and no memory for what it skips. The skipped part
    /// is not checked, so the text must come from a ``JSONWriter``.
    ///
    /// - Parameters:
    ///   - names: The names of the members, which need no escapes.
    ///   - text: The JSON of an object.
    /// - Returns: The members that were found, or `nil` if the text is not an object or if one of
    ///   their values is not valid.
    package init?(only names: [String], of text: [UInt8]) {
        self.init()
        var scanner = MemberScanner(text: text)
        guard scanner.take(UInt8(ascii: "{")) else { return nil }
        if scanner.take(UInt8(ascii: "}")) { return }
        repeat {
            guard let name = scanner.value(), scanner.take(UInt8(ascii: ":")),
                let value = scanner.value()
            else { return nil }
            let known = names.first { text[name].dropFirst().dropLast().elementsEqual($0.utf8) }
            guard let known else { continue }
            guard let parsed = try? JSONValue(parsing: Array(text[value])) else { return nil }
            self[known] = parsed
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.take(UInt8(ascii: "}")) else { return nil }
    }
}

/// Finds the ends of values, without checking what is inside.
private struct MemberScanner {
    let text: [UInt8]
    private var index = 0

    init(text: [UInt8]) {
        self.text = text
    }

    /// Skips the byte after any space. Returns false if another byte follows.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    /// Skips a value and returns its place, or `nil` if there is none.
    mutating func value() -> Range<Int>? {
        skipSpace()
        let start = index
        var depth = 0
        repeat {
            guard index < text.count else { return nil }
            switch text[index] {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            default:
                if depth == 0 { skipWord() } else { index += 1 }
            }
        } while depth > 0
        return depth == 0 && start < index ? start..<index : nil
    }

    /// Skips a number, `true`, `false` or `null`.
    private mutating func skipWord() {
        while index < text.count, text[index] > 0x20, !",:}]".utf8.contains(text[index]) {
            index += 1
        }
    }

    private mutating func skipString() {
        index += 1
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
    }

    private mutating func skipSpace() {
        while index < text.count, text[index] <= 0x20 { index += 1 }
    }
}
