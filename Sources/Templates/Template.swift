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

/// A name in a tag: parts separated by dots, or a single dot for the current item.
struct TemplateName: Hashable, Sendable {
    /// The parts. Empty for a single dot.
    let parts: [String]

    init(_ text: String) {
        guard text != "." else {
            parts = []
            return
        }
        parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    init(parts: [String]) {
        self.parts = parts
    }

    var text: String { parts.isEmpty ? "." : parts.joined(separator: ".") }
}

/// Converts ascending offsets to lines and columns without counting from the start each time.
struct LineCounter {
    private var line = 1
    private var lineStart = 0
    private var counted = 0

    /// Returns the position of an offset, which must not be smaller than the previous one.
    mutating func position(of offset: Int, in source: [UInt8]) -> TemplatePosition {
        while let newline = source[counted..<offset].firstIndex(of: 0x0A) {
            line += 1
            lineStart = newline + 1
            counted = lineStart
        }
        counted = offset
        let before = String(decoding: source[lineStart..<offset], as: UTF8.self)
        return TemplatePosition(line: line, column: before.unicodeScalars.count + 1)
    }
}
