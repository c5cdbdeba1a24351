import JSON

@testable import Placeholders

/// Fills from a table; a name that is not in it is unknown.
func filler(_ values: [String: JSONValue]) -> Filler<Never> {
    { placeholder in values[placeholder.name].map(Filling.init) ?? .unknown }
}

/// The whole text that `fill` makes, however long it is.
private func text(_ fill: (inout FilledText) -> Void) -> String {
    var text = FilledText(limit: .max)
    fill(&text)
    return text.string
}

extension TextTemplate {
    func filled(_ filler: Filler<Never>) -> String { text { fill(&$0, filler) } }
}

extension JSONTemplate {
    func filled(_ filler: Filler<Never>) -> String { text { fill(&$0, filler) } }
}

extension URLTemplate {
    func filled(_ filler: Filler<Never>) -> String { text { fill(&$0, filler) } }
}
