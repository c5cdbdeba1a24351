package import JSON

/// A placeholder in a template.
package struct Placeholder: Hashable, Sendable {
    /// The name in the brackets. Dots refer to nested values: `address.formatted_address`.
    package let name: String
    /// The placeholder as written, including the brackets.
    package let spelling: String

    /// The part of the name before the first dot.
    package var root: Substring { name.prefix { $0 != "." } }
}

/// The replacement of a placeholder.
package enum Filling: Hashable, Sendable {
    /// The name is unknown. The placeholder is kept as written.
    case unknown
    case text(String)
    /// An object or an array. In text, it is replaced by its JSON.
    case compound(JSONValue)

    package init(_ value: JSONValue) {
        switch value {
        case .string(let string): self = .text(string)
        case .object, .array: self = .compound(value)
        case .null: self = .text("")
        case .boolean, .number: self = .text(value.compact)
        }
    }

    /// The text of the replacement, or nil for `unknown`.
    package var text: String? {
        switch self {
        case .unknown: nil
        case .text(let text): text
        case .compound(let value): value.compact
        }
    }
}

/// Returns the replacement of each placeholder. An error aborts the filling.
package typealias Filler<Failure: Error> = (Placeholder) throws(Failure) -> Filling
