import Templates

/// A field of a form with what stands around it.
struct FormField {
    /// By which labels, hints and the summary of faults refer to it.
    let id: String
    let name: String
    let label: String
    var text = ""
    var hint = ""
    /// What is wrong with the text; empty when nothing is.
    var fault = ""
    var type = "text"
    /// How a browser may fill it in: https://html.spec.whatwg.org/#autofill.
    var completion = "off"
    var isOptional = false
    /// Rows of a field with several lines.
    var rows = 6
    /// Whether a secret is kept that an empty field leaves alone.
    var isStored = false
    /// For a choice: values with their words.
    var choices: [(value: String, words: String)] = []
    /// Whether the page opens with this field in focus.
    var isFirst = false

    init(_ id: String, _ label: String, name: String? = nil, fault: String = "") {
        (self.id, self.label, self.fault) = (id, label, fault)
        self.name = name ?? id
    }

    var value: TemplateValue {
        let notes = [(hint, "hint"), (fault, "fault"), (isStored ? "stored" : "", "stored")]
            .filter { !$0.0.isEmpty }
        return [
            "id": .text(id), "name": .text(name), "label": .text(label), "text": .text(text),
            "hint": .text(hint), "fault": .text(fault), "type": .text(type),
            "completion": .text(completion), "isOptional": .flag(isOptional),
            "isStored": .flag(isStored), "rows": .text("\(rows)"), "isFirst": .flag(isFirst),
            "notes": .text(notes.map { "\(id)-\($0.1)" }.joined(separator: " ")),
            "choices": .list(
                choices.map { choice in
                    [
                        "choice": .text(choice.value), "words": .text(choice.words),
                        "isChosen": .flag(choice.value == text),
                    ]
                }),
        ]
    }
}

/// What stands above a form that has faults, with a link to each field.
struct FaultSummary {
    private(set) var lines: [(field: String, words: String)] = []

    init(_ fields: FormField...) {
        lines = fields.filter { !$0.fault.isEmpty }.map { ($0.id, $0.fault) }
    }

    init(lines: [(field: String, words: String)]) {
        self.lines = lines
    }

    var value: TemplateValue {
        guard !lines.isEmpty else { return .none }
        return [
            "lines": .list(lines.map { ["field": .text($0.field), "words": .text($0.words)] })
        ]
    }
}
