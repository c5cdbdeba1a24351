/// A node of a parsed template.
indirect enum TemplateNode: Sendable {
    /// Text in UTF-8.
    case text([UInt8])
    /// The start of a line, where the indentation of a partial is inserted.
    case lineStart
    case variable(TemplateName, escaped: Bool, at: TemplatePosition)
    case section(TemplateName, inverted: Bool, [TemplateNode], at: TemplatePosition)
    /// A partial. `indent` is the whitespace before a partial that is alone on its line.
    case partial(String, indent: String, at: TemplatePosition)
}

/// A position in the source of a template. Lines and columns count from 1; columns count Unicode
/// scalars.
package struct TemplatePosition: Hashable, Sendable {
    package var line: Int
    package var column: Int
}
