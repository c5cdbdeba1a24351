/// A piece of a parsed template.
indirect enum TemplateNode: Sendable {
    /// In UTF-8.
    case text([UInt8])
    /// Where a line begins that indentation belongs in front of.
    case lineStart
    case variable(TemplateName, escaped: Bool, at: TemplatePosition)
    case section(TemplateName, inverted: Bool, [TemplateNode], at: TemplatePosition)
    /// `indent` is the white space before a partial that has its line to itself.
    case partial(String, indent: String, at: TemplatePosition)
}

/// A place in a template's source; both count from 1, columns in Unicode scalars.
package struct TemplatePosition: Hashable, Sendable {
    package var line: Int
    package var column: Int
}
