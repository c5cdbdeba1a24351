import JSON

@testable import Placeholders

/// Fills from a table. Names that are not in the table are unknown.
func filler(_ values: [String: JSONValue]) -> Filler<Never> {
    { placeholder in values[placeholder.name].map(Filling.init) ?? .unknown }
}

/// Returns the text that `fill` produces, without a limit.
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
