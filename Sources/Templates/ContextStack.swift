import TextSupport

/// The values around a tag, outermost first.
struct ContextStack {
    private(set) var values: [TemplateValue]

    init(_ root: TemplateValue) {
        values = [root]
    }

    /// The values that names are looked up in, without values that an equal one hides.
    ///
    /// If two stacks have the same visible values, every name has the same value in both.
    var visible: [TemplateValue] {
        values.reversed().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    mutating func push(_ value: TemplateValue) {
        values.append(value)
    }

    mutating func pop() {
        values.removeLast()
    }

    /// Returns the value of a name, or nil if one of its parts is unknown.
    ///
    /// Only the first part is looked up in all values, starting with the innermost one.
    func value(of name: TemplateName) -> TemplateValue? {
        guard let first = name.parts.first else { return values.last }
        var value = innermost(first)
        for part in name.parts.dropFirst() {
            value = value?[part]
        }
        return value
    }

    private func innermost(_ name: String) -> TemplateValue? {
        for value in values.reversed() {
            if let found = value[name] { return found }
        }
        return nil
    }

    /// Returns the known name with the closest spelling to an unknown one.
    func nearest(to name: TemplateName) -> String? {
        for length in name.parts.indices {
            let known = TemplateName(parts: Array(name.parts[..<length]))
            let candidates = length == 0 ? values.flatMap(\.keys) : value(of: known)?.keys ?? []
            guard !candidates.contains(name.parts[length]) else { continue }
            return nearestSpelling(of: name.parts[length], in: candidates.sorted())
                .map { (known.parts + [$0] + name.parts[(length + 1)...]).joined(separator: ".") }
        }
        return nil
    }
}
