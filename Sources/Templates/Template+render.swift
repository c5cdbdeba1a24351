extension Template {
    /// The maximum nesting depth of partials. A partial may include itself, but not endlessly.
    package static let partialLimit = 100

    /// Renders the template.
    ///
    /// As the specification requires, unknown names and partials produce no output.
    /// ``check(against:partials:)`` detects them in advance.
    ///
    /// - Parameters:
    ///   - value: The values of names.
    ///   - partials: The partials by name.
    ///   - escape: How values are escaped.
    /// - Throws: ``TemplateError`` if partials are nested deeper than ``partialLimit``.
    package func render(
        _ value: TemplateValue, partials: [String: Template] = [:], escape: Escape
    ) throws(TemplateError) -> String {
        var rendering = TemplateRendering(value, partials: partials, escape: escape)
        try rendering.append(self, indent: "")
        return rendering.output
    }
}

/// The state of rendering a template.
private struct TemplateRendering {
    private var bytes: [UInt8] = []
    private var stack: ContextStack
    private let partials: [String: Template]
    private let escape: Escape
    private var depth = 0

    var output: String { String(decoding: bytes, as: UTF8.self) }

    init(_ value: TemplateValue, partials: [String: Template], escape: Escape) {
        stack = ContextStack(value)
        self.partials = partials
        self.escape = escape
    }

    mutating func append(_ template: Template, indent: String) throws(TemplateError) {
        try append(template.nodes, of: template.name, indent: indent)
    }

    private mutating func append(
        _ nodes: [TemplateNode], of template: String, indent: String
    ) throws(TemplateError) {
        for node in nodes {
            switch node {
            case .text(let text): bytes += text
            case .lineStart: if !indent.isEmpty { bytes += indent.utf8 }
            case .variable(let name, let escaped, _): append(name, escaped: escaped)
            case .section(let name, false, let nodes, _):
                for item in stack.value(of: name)?.items ?? [] {
                    try append(nodes, of: template, indent: indent, item: item)
                }
            case .section(let name, true, let nodes, _):
                guard stack.value(of: name)?.items.isEmpty ?? true else { continue }
                try append(nodes, of: template, indent: indent)
            case .partial(let name, let inner, let position):
                try appendPartial(name, indent: indent + inner, from: template, at: position)
            }
        }
    }

    private mutating func append(
        _ nodes: [TemplateNode], of template: String, indent: String, item: TemplateValue
    ) throws(TemplateError) {
        stack.push(item)
        try append(nodes, of: template, indent: indent)
        stack.pop()
    }

    private mutating func appendPartial(
        _ name: String, indent: String, from template: String, at position: TemplatePosition
    ) throws(TemplateError) {
        guard let partial = partials[name] else { return }
        guard depth < Template.partialLimit else {
            throw TemplateError(
                template: template, position: position,
                problem: .partialsTooDeep(name, limit: Template.partialLimit))
        }
        depth += 1
        try append(partial, indent: indent)
        depth -= 1
    }

    private mutating func append(_ name: TemplateName, escaped: Bool) {
        guard let text = stack.value(of: name)?.interpolated else { return }
        (escaped ? escape : .none).append(text, to: &bytes)
    }
}
