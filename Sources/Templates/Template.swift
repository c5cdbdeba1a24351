import TextSupport

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

extension Template {
    /// Returns an error for every unknown name, section and partial, in the order of the source.
    ///
    /// All sections are checked, regardless of whether they would be rendered.
    ///
    /// - Parameters:
    ///   - shape: A sample of the value. It must contain every key, every list must have an item,
    ///     and no optional value may be missing.
    ///   - partials: The partials by name.
    package func check(
        against shape: TemplateValue, partials: [String: Template] = [:]
    ) -> [TemplateError] {
        var check = TemplateCheck(shape, partials: partials)
        check.visit(self)
        return check.errors
    }
}

/// Traverses a template and its partials with a sample value.
private struct TemplateCheck {
    private(set) var errors: [TemplateError] = []
    private var stack: ContextStack
    private let partials: [String: Template]
    /// A partial and the values that its names are looked up in.
    private struct Inclusion: Hashable {
        let name: String
        let values: [TemplateValue]
    }

    /// The partials that include the current one.
    private var path: [Inclusion] = []
    /// The inclusions that have been checked.
    private var done: Set<Inclusion> = []

    init(_ shape: TemplateValue, partials: [String: Template]) {
        stack = ContextStack(shape)
        self.partials = partials
    }

    mutating func visit(_ template: Template) {
        visit(template.nodes, of: template.name)
    }

    private mutating func visit(_ nodes: [TemplateNode], of template: String) {
        for node in nodes {
            switch node {
            case .text, .lineStart: continue
            case .variable(let name, _, let position):
                _ = find(name, as: .name, in: template, at: position)
            case .section(let name, let inverted, let nodes, let position):
                let value = find(name, as: .section, in: template, at: position)
                guard let value else { continue }
                visit(nodes, of: template, item: inverted ? nil : value.items.first)
            case .partial(let name, _, let position):
                visitPartial(name, in: template, at: position)
            }
        }
    }

    private mutating func visit(
        _ nodes: [TemplateNode], of template: String, item: TemplateValue?
    ) {
        guard let item else { return visit(nodes, of: template) }
        stack.push(item)
        visit(nodes, of: template)
        stack.pop()
    }

    private mutating func visitPartial(
        _ name: String, in template: String, at position: TemplatePosition
    ) {
        guard let partial = partials[name] else {
            let nearest = nearestSpelling(of: name, in: partials.keys.sorted())
            return report(.unknown(.partial, name, nearest: nearest), in: template, at: position)
        }
        let inclusion = Inclusion(name: name, values: stack.visible)
        // With the same values around it, the partial would include itself again endlessly.
        let start = path.count < Template.partialLimit ? path.firstIndex(of: inclusion) : 0
        if let start {
            let cycle = path[start...].map(\.name) + [name]
            return report(.endlessPartials(cycle), in: template, at: position)
        }
        guard !done.contains(inclusion) else { return }
        path.append(inclusion)
        visit(partial)
        path.removeLast()
        done.insert(inclusion)
    }

    private mutating func find(
        _ name: TemplateName, as kind: TemplateError.Kind, in template: String,
        at position: TemplatePosition
    ) -> TemplateValue? {
        if let value = stack.value(of: name) { return value }
        let nearest = stack.nearest(to: name)
        report(.unknown(kind, name.text, nearest: nearest), in: template, at: position)
        return nil
    }

    private mutating func report(
        _ problem: TemplateError.Problem, in template: String, at position: TemplatePosition
    ) {
        let error = TemplateError(template: template, position: position, problem: problem)
        if !errors.contains(error) { errors.append(error) }
    }
}

/// The values around a tag, outermost first.
struct ContextStack {
    private(set) var values: [TemplateValue]

    init(_ root: TemplateValue) {
        values = [root]
    }

    /// The values that names are looked up in, without values that an equal one hides.
    ///
    /// If two stacks have the same visible values, every name has the same value in both.
    var visible: [TemplateValue] {
        values.reversed().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    mutating func push(_ value: TemplateValue) {
        values.append(value)
    }

    mutating func pop() {
        values.removeLast()
    }

    /// Returns the value of a name, or nil if one of its parts is unknown.
    ///
    /// Only the first part is looked up in all values, starting with the innermost one.
    func value(of name: TemplateName) -> TemplateValue? {
        guard let first = name.parts.first else { return values.last }
        var value = innermost(first)
        for part in name.parts.dropFirst() {
            value = value?[part]
        }
        return value
    }

    private func innermost(_ name: String) -> TemplateValue? {
        for value in values.reversed() {
            if let found = value[name] { return found }
        }
        return nil
    }

    /// Returns the known name with the closest spelling to an unknown one.
    func nearest(to name: TemplateName) -> String? {
        for length in name.parts.indices {
            let known = TemplateName(parts: Array(name.parts[..<length]))
            let candidates = length == 0 ? values.flatMap(\.keys) : value(of: known)?.keys ?? []
            guard !candidates.contains(name.parts[length]) else { continue }
            return nearestSpelling(of: name.parts[length], in: candidates.sorted())
                .map { (known.parts + [$0] + name.parts[(length + 1)...]).joined(separator: ".") }
        }
        return nil
    }
}

/// How values are escaped for the output format.
package enum Escape: Sendable {
    /// No escaping, for plain text.
    case none
    /// Escaping for HTML text and quoted attributes.
    case html

    func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { append($0, to: &bytes) }
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        guard self == .html, text.contains(where: Self.isMarkup) else {
            bytes += text
            return
        }
        for byte in text {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            default: bytes.append(byte)
            }
        }
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"):
            true
        default: false
        }
    }
}
