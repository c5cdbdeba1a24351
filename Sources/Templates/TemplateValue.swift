/// A value for rendering a template, or the sample for checking it.
package enum TemplateValue: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case list([TemplateValue])
    case object([Member])
    /// A known name without a value.
    case none

    /// A member of an object. Objects have so few members that a linear search is faster than a
    /// table.
    package struct Member: Hashable, Sendable {
        var name: String
        var value: TemplateValue
    }

    /// The items that a section is rendered with.
    ///
    /// Empty text counts as false, so that `{{#title}}` tests whether there is a title.
    var items: [TemplateValue] {
        switch self {
        case .none, .flag(false), .text(""): []
        case .list(let items): items
        case .text, .flag, .object: [self]
        }
    }

    /// The output of a tag. Lists and objects have no output.
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
        // Comparing lengths first is faster.
        return members.last { $0.name.utf8.count == length && $0.name == key }?.value
    }

    /// The names of the members.
    var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }
}

extension TemplateValue {
    package static func object(_ members: [String: TemplateValue]) -> TemplateValue {
        .object(members.map { Member(name: $0, value: $1) })
    }

    /// Returns an object with additional members. If a name is repeated, the last value is used.
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
