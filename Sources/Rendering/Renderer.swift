package import Alerts
package import Reporting
package import Templates

/// Renders reports and notices with a set of templates.
///
/// All templates have been checked before. Rendering can only fail if a partial includes itself
/// endlessly.
///
///     let renderer = Renderer(templates: try TemplateSet(overridesIn: "templates"))
///     let mail = try renderer.mail(report)
///     print(mail.subject)
package struct Renderer: Sendable {
    private let overrides: TemplateSet?
    private var templates: TemplateSet { overrides ?? .builtIn }

    /// Creates a renderer.
    ///
    /// - Parameter overrides: The templates to use, or nil for the built-in ones.
    package init(templates overrides: TemplateSet? = nil) {
        self.overrides = overrides
    }

    /// Renders a report as a mail.
    package func mail(_ report: Report) throws(TemplateError) -> RenderedMail {
        let value = ReportValues(report).value
        return RenderedMail(
            subject: try subject(.reportSubject, value), text: try text(.reportText, value),
            html: try templates.render(.reportHTML, value, escape: .html))
    }

    /// Renders a report as plain text with at most 80 columns, for terminals and for the text part
    /// of a mail.
    package func text(_ report: Report) throws(TemplateError) -> String {
        try text(.reportText, ReportValues(report).value)
    }

    /// Renders a report as a self-contained HTML document of less than 100 KB.
    package func html(_ report: Report) throws(TemplateError) -> String {
        try templates.render(.reportHTML, ReportValues(report).value, escape: .html)
    }

    /// Renders an alert as a mail.
    package func mail(_ notice: AlertNotice) throws(TemplateError) -> RenderedMail {
        let value = AlertValues(notice).value
        return RenderedMail(
            subject: try subject(.alertSubject, value), text: try text(.alertText, value),
            html: try templates.render(.alertHTML, value, escape: .html))
    }

    /// Renders the email that reports failed deliveries to the operator.
    ///
    /// - Parameters:
    ///   - lines: One line per delivery.
    ///   - configuration: The path of the configuration file, if commands need `--config`.
    package func operatorNotice(
        _ lines: [String], configuration: String? = nil
    ) throws(TemplateError) -> Notice {
        let value = NoticeValues(lines: lines, configuration: configuration).value
        return Notice(
            subject: try subject(.operatorSubject, value), text: try text(.operatorText, value))
    }

    /// Renders the test mail. The lines describe how it was sent.
    package func testNotice(_ lines: [String]) throws(TemplateError) -> Notice {
        let value = NoticeValues(lines: lines).value
        return Notice(subject: try subject(.testSubject, value), text: try text(.testText, value))
    }

    private func subject(
        _ kind: TemplateKind, _ value: TemplateValue
    ) throws(TemplateError) -> String {
        try templates.render(kind, value, escape: .none).printable
    }

    private func text(
        _ kind: TemplateKind, _ value: TemplateValue
    ) throws(TemplateError) -> String {
        try templates.render(kind, value, escape: .none).fitted(columns: TextTable.width)
    }
}

/// A report or an alert as a mail.
package struct RenderedMail: Hashable, Sendable {
    /// One line without control characters, not yet encoded for a header.
    package var subject: String
    /// Plain text with at most 80 columns.
    package var text: String
    /// A self-contained HTML document of less than 100 KB.
    package var html: String
}

/// A short mail in plain text.
package struct Notice: Hashable, Sendable {
    package var subject: String
    package var text: String
}

/// The values for the templates of notices to the operator and of test mails.
struct NoticeValues {
    /// The contents, one item per line.
    var lines: [String]
    /// The path of the configuration file, if the commands in the notice need `--config`.
    var configuration: String?

    var value: TemplateValue {
        [
            "count": .text(NumberFormat.grouped(lines.count)),
            "isOne": .flag(lines.count == 1),
            "lines": .list(lines.map { .text($0.printable) }),
            "configuration": TemplateValue(configuration.map(\.shellWord)),
        ]
    }
}
