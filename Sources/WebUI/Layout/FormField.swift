import Templates

/// A form field with its label, hint and error.
struct FormField {
    /// The ID that labels, hints and the error summary refer to.
    let id: String
    let name: String
    let label: String
    var text = ""
    var hint = ""
    /// The error in the text; empty if there is none.
    var fault = ""
    var type = "text"
    /// The `autocomplete` value: https://html.spec.whatwg.org/#autofill.
    var completion = "off"
    var isOptional = false
    /// The number of rows of a multi-line field.
    var rows = 6
    /// Whether a secret is stored, which an empty field does not change.
    var isStored = false
    /// The options of a choice: values with their labels.
    var choices: [(value: String, words: String)] = []
    /// Whether the field has the focus when the page opens.
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

/// The error summary above a form, with a link to each field.
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
