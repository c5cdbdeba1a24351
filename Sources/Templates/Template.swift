/// A parsed Mustache template.
///
/// The language is that of https://github.com/mustache/spec: interpolation, sections, inverted
/// sections, comments, delimiters and partials.
package struct Template: Sendable {
    /// Stands before line and column in errors.
    package let name: String
    let nodes: [TemplateNode]

    /// Parses `source`; throws at the first mistake of syntax.
    package init(_ source: String, name: String) throws(TemplateError) {
        self.name = name
        var parser = TemplateParser(source, name: name)
        nodes = try parser.parse()
    }
}
