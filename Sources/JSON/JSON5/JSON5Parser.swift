/// Parses JSON5 and detects duplicate keys.
///
/// The parser follows https://spec.json5.org to the extent that Foundation's decoder does. On
/// Linux, Foundation's decoder reports no position of an error, silently uses the first value of a
/// duplicate key, and is many times slower, which would delay every start of the program.
package struct JSON5Parser {
    /// A duplicate key of an object, with the line of its second occurrence.
    package struct Repetition: Hashable, Sendable {
        package let object: ValuePath
        package let key: String
        package let line: Int
    }

    var cursor: TextCursor
    private var place = ValuePath.root
    private var repetitions: [Repetition] = []

    private init(_ text: String) {
        cursor = TextCursor(text)
    }

    /// Parses the complete text. For duplicate keys, the first value is used.
    package static func parse(
        _ text: String
    ) throws(JSON5SyntaxError) -> (value: JSON5Value, repetitions: [Repetition]) {
        var parser = JSON5Parser(text)
        let value = try parser.value()
        try parser.skipBlanks()
        if let next = parser.cursor.next {
            throw parser.cursor.fault(.unexpected(next, expected: "the end of the file"))
        }
        return (value, parser.repetitions)
    }

    private mutating func value() throws(JSON5SyntaxError) -> JSON5Value {
        try skipBlanks()
        switch cursor.byte {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .list(try list())
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        default: return try word()
        }
    }

    private mutating func object() throws(JSON5SyntaxError) -> [String: JSON5Value] {
        try enter()
        var members: [String: JSON5Value] = [:]
        while try !closes(with: "}", expecting: "a key or '}'") {
            let start = cursor.position
            let key = try key()
            try take(":", expected: "':' after the key")
            let isNew = members[key] == nil
            if !isNew { note(key, at: start) }
            let value = try value(at: .key(key))
            if isNew { members[key] = value }
            try separate(before: "}")
        }
        return members
    }

    private mutating func note(_ key: String, at start: Int) {
        let line = cursor.lineAndColumn(at: start).line
        repetitions.append(Repetition(object: place, key: key, line: line))
    }

    private mutating func list() throws(JSON5SyntaxError) -> [JSON5Value] {
        try enter()
        var items: [JSON5Value] = []
        while try !closes(with: "]", expecting: "a value or ']'") {
            items.append(try value(at: .index(items.count)))
            try separate(before: "]")
        }
        return items
    }

    private mutating func value(at step: ValuePath.Step) throws(JSON5SyntaxError) -> JSON5Value {
        place.steps.append(step)
        defer { place.steps.removeLast() }
        return try value()
    }

    /// Limits the depth so that a text cannot exhaust the stack. A configuration has six levels.
    private mutating func enter() throws(JSON5SyntaxError) {
        guard place.steps.count < 64 else { throw cursor.fault(.tooDeep) }
        cursor.position += 1
    }

    private mutating func closes(
        with bracket: Unicode.Scalar, expecting expected: String
    ) throws(JSON5SyntaxError) -> Bool {
        try skipBlanks()
        guard let next = cursor.next else { throw cursor.fault(.ends(expected: expected)) }
        guard next == bracket else { return false }
        cursor.position += 1
        return true
    }

    /// Parses the comma after an element. It is optional before the closing bracket.
    private mutating func separate(before bracket: Unicode.Scalar) throws(JSON5SyntaxError) {
        try skipBlanks()
        if cursor.next == bracket { return }
        guard cursor.next == "," else { throw cursor.fault(unexpected: "',' or '\(bracket)'") }
        cursor.position += 1
    }

    private mutating func take(_ wanted: Unicode.Scalar, expected: String) throws(JSON5SyntaxError)
    {
        try skipBlanks()
        guard cursor.next == wanted else { throw cursor.fault(unexpected: expected) }
        cursor.position += 1
    }
}
