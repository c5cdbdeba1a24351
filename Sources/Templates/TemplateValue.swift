/// What a template is filled with, and the shape it is checked against.
package enum TemplateValue: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case list([TemplateValue])
    case object([Member])
    /// Known by its name, but absent.
    case none

    /// An object has so few that to look through them is faster than to keep a table.
    package struct Member: Hashable, Sendable {
        var name: String
        var value: TemplateValue
    }

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
        let length = key.utf8.count
        // Names of another length need not be looked at.
        return members.last { $0.name.utf8.count == length && $0.name == key }?.value
    }

    /// The names that can be asked of it.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }
}

extension TemplateValue {
    package static func object(_ members: [String: TemplateValue]) -> TemplateValue {
        .object(members.map { Member(name: $0, value: $1) })
    }

    /// An object with members after its own; where a name is given twice, the last one counts.
    package func adding(_ other: TemplateValue) -> TemplateValue {
        guard case .object(let members) = self, case .object(let added) = other else { return self }
        return .object(members + added)
    }
}

extension TemplateValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }

    package init(booleanLiteral value: Bool) { self = .flag(value) }

    package init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }

    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .object(elements.map { Member(name: $0, value: $1) })
    }
}
