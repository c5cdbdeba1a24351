import Templates

/// The values for the templates of notices to the operator and of test mails.
struct NoticeValues {
    /// The contents, one item per line.
    var lines: [String]

    var value: TemplateValue {
        [
            "count": .text(NumberFormat.grouped(lines.count)),
            "isOne": .flag(lines.count == 1),
            "lines": .list(lines.map { .text($0.printable) }),
        ]
    }
}
