/// What a template is filled with, and the shape it is checked against.
package indirect enum TemplateValue: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case list([TemplateValue])
    case object([String: TemplateValue])
    /// Known by its name, but absent.
    case none

    /// What a section of this value is rendered with, once for each.
    ///
    /// Empty text counts as false, so that `{{#title}}` asks whether there is one.
    var items: [TemplateValue] {
        switch self {
        case .none, .flag(false), .text(""): []
        case .list(let items): items
        case .text, .flag, .object: [self]
        }
    }

    /// What a tag of this value puts out; lists and objects have no words of their own.
    var interpolated: String {
        switch self {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .list, .object, .none: ""
        }
    }

    subscript(key: String) -> TemplateValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// The names that can be asked of it.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return Array(members.keys)
    }
}

extension TemplateValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }

    package init(booleanLiteral value: Bool) { self = .flag(value) }

    package init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }

    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
