/// A place in a template where a value goes.
struct Placeholder: Hashable, Sendable {
    /// The path to the value: `["address", "formatted_address"]`.
    let path: [String]
    /// As it stands in the template, brackets and all.
    let spelling: String
}
