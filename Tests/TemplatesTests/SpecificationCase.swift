import Templates
import Testing

/// A case of https://github.com/mustache/spec, with its original name.
struct SpecificationCase: Sendable, CustomTestStringConvertible {
    var name: String
    var data: TemplateValue
    var template: String
    var partials: [String: String]
    var expected: String

    var testDescription: String { name }

    init(
        _ name: String, _ template: String, _ expected: String, data: TemplateValue = [:],
        partials: [String: String] = [:]
    ) {
        self.name = name
        self.data = data
        self.template = template
        self.partials = partials
        self.expected = expected
    }

    func expectOutput() throws {
        let template = try Template(template, name: "case")
        let parsed = try Dictionary(
            uniqueKeysWithValues: partials.map { ($0.key, try Template($0.value, name: $0.key)) })
        #expect(try template.render(data, partials: parsed, escape: .html) == expected)
    }
}
