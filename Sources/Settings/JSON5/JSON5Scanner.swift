/// Finds where a text stops being JSON5, and the keys that it gives twice.
///
/// Foundation's decoder reads the values. On Linux it says of a faulty text only that it is
/// faulty, and of a key given twice it takes the first in silence. This scanner builds nothing: it
/// follows https://spec.json5.org as far as the decoder does, and tells the place.
struct JSON5Scanner {
    /// A key that an object gives more than once, and the line of the second time.
    struct Repetition: Hashable {
        let object: Place
        let key: String
        let line: Int
    }

    var cursor: TextCursor
    private var depth = 0
    private var repetitions: [Repetition] = []

    private init(_ text: String) {
        cursor = TextCursor(text)
    }

    /// Reads the text to its end; keys are compared as they are spelt.
    static func repetitions(in text: String) throws(SyntaxFault) -> [Repetition] {
        var scanner = JSON5Scanner(text)
        try scanner.value(at: .root)
        try scanner.skipBlanks()
        if let next = scanner.cursor.next {
            throw scanner.cursor.fault(.unexpected(next, expected: "the end of the file"))
        }
        return scanner.repetitions
    }

    private mutating func value(at place: Place) throws(SyntaxFault) {
        try skipBlanks()
        switch cursor.next {
        case "{": try object(at: place)
        case "[": try list(at: place)
        case "\"", "'": try string()
        default: try word()
        }
    }

    private mutating func object(at place: Place) throws(SyntaxFault) {
        try enter()
        var keys: Set<String> = []
        while try !closes(with: "}", expecting: "a key or '}'") {
            let start = cursor.position
            let key = try key()
            if !keys.insert(key).inserted {
                let line = cursor.lineAndColumn(at: start).line
                repetitions.append(Repetition(object: place, key: key, line: line))
            }
            try take(":", expected: "':' after the key")
            try value(at: place.key(key))
            try separate(before: "}")
        }
        depth -= 1
    }

    private mutating func list(at place: Place) throws(SyntaxFault) {
        try enter()
        var count = 0
        while try !closes(with: "]", expecting: "a value or ']'") {
            try value(at: place.index(count))
            try separate(before: "]")
            count += 1
        }
        depth -= 1
    }

    /// The decoder's own limit is 512; a configuration has six levels.
    private mutating func enter() throws(SyntaxFault) {
        guard depth < 64 else { throw cursor.fault(.tooDeep) }
        depth += 1
        cursor.position += 1
    }

    private mutating func closes(
        with bracket: Unicode.Scalar, expecting expected: String
    ) throws(SyntaxFault) -> Bool {
        try skipBlanks()
        guard let next = cursor.next else { throw cursor.fault(.ends(expected: expected)) }
        guard next == bracket else { return false }
        cursor.position += 1
        return true
    }

    /// Takes the comma after an element; before the closing bracket it may be absent.
    private mutating func separate(before bracket: Unicode.Scalar) throws(SyntaxFault) {
        try skipBlanks()
        if cursor.next == bracket { return }
        try take(",", expected: "',' or '\(bracket)'")
    }

    private mutating func take(_ wanted: Unicode.Scalar, expected: String) throws(SyntaxFault) {
        try skipBlanks()
        guard let next = cursor.next else { throw cursor.fault(.ends(expected: expected)) }
        guard next == wanted else { throw cursor.fault(.unexpected(next, expected: expected)) }
        cursor.position += 1
    }
}

// MARK: - Words

extension JSON5Scanner {
    private mutating func key() throws(SyntaxFault) -> String {
        let start = cursor.position
        if cursor.next == "\"" || cursor.next == "'" {
            try string()
            return cursor.spelling(from: start + 1, to: cursor.position - 1)
        }
        guard let next = cursor.next, isLetter(next) else {
            throw cursor.fault(unexpected: "a key")
        }
        cursor.skip { isLetter($0) || isDigit($0) }
        return cursor.spelling(from: start, to: cursor.position)
    }

    /// `true`, `false`, `null` or a number.
    private mutating func word() throws(SyntaxFault) {
        let start = cursor.position
        cursor.skip { isLetter($0) || isDigit($0) || ["+", "-", "."].contains($0) }
        guard cursor.position > start else { throw cursor.fault(unexpected: "a value") }
        let word = cursor.spelling(from: start, to: cursor.position)
        guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else {
            throw cursor.fault(.notAValue, at: start)
        }
    }

    private static func isNumber(_ word: String) -> Bool {
        let decimal = /(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?/
        let other = /0[xX][0-9a-fA-F]+|Infinity|NaN/
        let magnitude = word.hasPrefix("+") || word.hasPrefix("-") ? word.dropFirst() : word[...]
        return magnitude.wholeMatch(of: decimal) != nil || magnitude.wholeMatch(of: other) != nil
    }
}

private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_", "$": true
    default: !scalar.isASCII && scalar.properties.isAlphabetic
    }
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar)
}
