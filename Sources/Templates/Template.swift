/// A parsed Mustache template.
///
/// The language is defined by https://github.com/mustache/spec: interpolation, sections, inverted
/// sections, comments, delimiters and partials.
///
///     let template = try Template("Hello {{name}}!", name: "greeting")
///     let text = try template.render(["name": "Ada"], escape: .none)
package struct Template: Sendable {
    /// The name in error messages, before the line and the column.
    package let name: String
    let nodes: [TemplateNode]

    /// Parses a template. Throws at the first syntax error.
    package init(_ source: String, name: String) throws(TemplateError) {
        self.name = name
        var parser = TemplateParser(source, name: name)
        nodes = try parser.parse()
    }
}
