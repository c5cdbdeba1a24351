package import JSON

/// A place in a template where a value goes.
package struct Placeholder: Hashable, Sendable {
    /// The name between the brackets; dots lead into nested values: `address.formatted_address`.
    package let name: String
    /// As it stands in the template, brackets and all.
    package let spelling: String

    /// The part of the name before its first dot.
    package var root: Substring { name.prefix { $0 != "." } }
}

/// What takes the place of a placeholder.
package enum Filling: Hashable, Sendable {
    /// Nothing that the template's owner can have meant: it stays as it is written.
    case unknown
    case text(String)
    /// An object or array; its JSON text, where only text can stand.
    case compound(JSONValue)

    package init(_ value: JSONValue) {
        switch value {
        case .string(let string): self = .text(string)
        case .object, .array: self = .compound(value)
        case .null: self = .text("")
        case .boolean, .number: self = .text(value.compact)
        }
    }

    /// Nil for `unknown`.
    package var text: String? {
        switch self {
        case .unknown: nil
        case .text(let text): text
        case .compound(let value): value.compact
        }
    }
}

/// Gives each placeholder its value; what it throws ends the filling.
package typealias Filler<Failure: Error> = (Placeholder) throws(Failure) -> Filling
