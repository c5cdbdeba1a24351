import JSON

@testable import Placeholders

/// Fills from a table; a name that is not in it is unknown.
func filler(_ values: [String: JSONValue]) -> Filler<Never> {
    { placeholder in values[placeholder.name].map(Filling.init) ?? .unknown }
}
