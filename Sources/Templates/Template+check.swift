import TextSupport

extension Template {
    /// Returns an error for every unknown name, section and partial, in the order of the source.
    ///
    /// All sections are checked, regardless of whether they would be rendered.
    ///
    /// - Parameters:
    ///   - shape: a sample of the value. It must contain every key, every list must have an item,
    ///     and no optional value may be missing.
    ///   - partials: the partials by name.
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
