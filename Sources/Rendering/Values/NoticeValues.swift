import Templates

/// What the templates of the short mails, to the operator and for tests, are filled with.
struct NoticeValues {
    /// What there is to say, each a line of its own.
    var lines: [String]

    var value: TemplateValue {
        [
            "count": .text(NumberFormat.grouped(lines.count)),
            "isOne": .flag(lines.count == 1),
            "lines": .list(lines.map { .text($0.printable) }),
        ]
    }
}
