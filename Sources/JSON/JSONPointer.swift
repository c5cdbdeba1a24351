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
