import JSON

/// Names one value in a JSON document (RFC 6901).
struct JSONPointer: Hashable, Sendable {
    /// As it was written.
    let text: String
    /// The names or places in lists on the way there, unescaped.
    let steps: [String]

    /// Nil for what does not start with `/` (also `""`, the whole document) or holds a `~` that
    /// neither 0 nor 1 follows.
    init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let step = Self.unescaped(part) else { return nil }
            steps.append(step)
        }
        self.text = text
        self.steps = steps
    }

    /// The pointer along names without `/` and `~`.
    init(names: String...) {
        steps = names
        text = names.map { "/" + $0 }.joined()
    }

    /// `~1` is `/` and `~0` is `~`.
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
    /// The value that it names; nil where there is none.
    func value(in document: JSONValue) -> JSONValue? { document.value(along: steps[...]) }
}

extension JSONValue {
    /// The value to which names and places in lists lead; nil where there is none.
    func value(along steps: ArraySlice<String>) -> JSONValue? {
        var value = self
        for step in steps {
            guard let next = value.member(step) else { return nil }
            value = next
        }
        return value
    }

    /// Whether one of the values on a way is null.
    func leadsToNull(along steps: ArraySlice<String>) -> Bool {
        var value = self
        for step in steps {
            guard let next = value.member(step) else { return false }
            if next == .null { return true }
            value = next
        }
        return false
    }

    /// The member of an object with that name, or the item of an array at that place.
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
    /// The place in a list that a step names: digits without a zero before others
    /// (https://www.rfc-editor.org/rfc/rfc6901#section-4).
    static func index(_ step: String) -> Int? {
        guard let index = Int(step), "\(index)" == step, index >= 0 else { return nil }
        return index
    }
}
