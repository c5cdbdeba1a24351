/// Identifies one value in a JSON document (RFC 6901).
package struct JSONPointer: Hashable, Sendable {
    /// The pointer as it was written.
    package let text: String
    /// The unescaped names or array indexes on the path.
    package let steps: [String]

    /// Parses a pointer. Returns `nil` if the text does not start with `/` (including `""`, the
    /// whole document), or contains a `~` that is not followed by 0 or 1.
    package init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let step = Self.unescaped(part) else { return nil }
            steps.append(step)
        }
        self.text = text
        self.steps = steps
    }

    /// Creates a pointer from names that contain neither `/` nor `~`.
    package init(names: String...) {
        steps = names
        text = names.map { "/" + $0 }.joined()
    }

    /// Replaces `~1` with `/` and `~0` with `~`.
    private static func unescaped(_ part: Substring) -> String? {
        let pieces = part.split(separator: "~", omittingEmptySubsequences: false)
        var step = pieces.first.map(String.init) ?? ""
        for piece in pieces.dropFirst() {
            switch piece.first {
            case "0": step += "~" + piece.dropFirst()
            case "1": step += "/" + piece.dropFirst()
            default: return nil
            }
        }
        return step
    }
}

extension JSONPointer {
    /// Returns the value that the pointer identifies, or `nil` if there is none.
    package func value(in document: JSONValue) -> JSONValue? { document.value(along: steps[...]) }
}

extension JSONValue {
    /// Returns the value at a path of names and array indexes, or `nil` if there is none.
    package func value(along steps: ArraySlice<String>) -> JSONValue? {
        var value = self
        for step in steps {
            guard let next = value.member(step) else { return nil }
            value = next
        }
        return value
    }

    /// Returns whether one of the values on the path is null.
    package func leadsToNull(along steps: ArraySlice<String>) -> Bool {
        var value = self
        for step in steps {
            guard let next = value.member(step) else { return false }
            if next == .null { return true }
            value = next
        }
        return false
    }

    /// Returns the member of an object, or the item of an array, that a path component names.
    fileprivate func member(_ step: String) -> JSONValue? {
        switch self {
        case .object(let object): return object[step]
        case .array(let items):
            guard let index = JSONPointer.index(step), index < items.count else { return nil }
            return items[index]
        default: return nil
        }
    }
}

extension JSONPointer {
    /// Returns the array index in a path component: digits without leading zeros (RFC 6901, section
    /// 4).
    package static func index(_ step: String) -> Int? {
        guard let index = Int(step), "\(index)" == step, index >= 0 else { return nil }
        return index
    }
}

/// A syntax error, with the position where the text stops being valid JSON.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case notUTF8
        /// The text contains something else, or ends.
        case expected(String)
        case repeatedName(String)
        case badEscape
        case bareControl
        case tooDeep(limit: Int)
    }

    package let problem: Problem
    /// The line, counted from 1.
    package let line: Int
    /// The column in bytes, counted from 1.
    package let column: Int
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The message. It contains no part of the text except a name, because the text may contain
    /// secrets.
    package var description: String {
        "line \(line), column \(column): \(message)"
    }

    private var message: String {
        switch problem {
        case .notUTF8: "the text is not UTF-8"
        case .expected(let what): "expected \(what)"
        case .repeatedName(let name): "duplicate name '\(name)' in an object"
        case .badEscape: "unknown escape sequence in a string; write \\\\ for a backslash"
        case .bareControl: "a control character in a string; write it as an escape, such as \\n"
        case .tooDeep(let limit): "arrays and objects are nested more than \(limit) levels deep"
        }
    }
}
