package import Reporting
package import Templates

/// Lays reports and notices out with a set of templates.
///
/// A template that is rendered has been checked; what can still fail is a partial that includes
/// itself without end.
package struct Renderer: Sendable {
    private let overrides: TemplateSet?
    private var templates: TemplateSet { overrides ?? .builtIn }

    /// - Parameter overrides: in place of the templates that the program brings along.
    package init(templates overrides: TemplateSet? = nil) {
        self.overrides = overrides
    }

    /// All that a mail shows of a report.
    package func mail(_ report: Report) throws(TemplateError) -> RenderedMail {
        let value = ReportValues(report).value
        return RenderedMail(
            subject: try subject(.reportSubject, value), text: try text(.reportText, value),
            html: try templates.render(.reportHTML, value, escape: .html))
    }

    /// Plain text of 80 columns, for terminals and for the text part of a mail.
    package func text(_ report: Report) throws(TemplateError) -> String {
        try text(.reportText, ReportValues(report).value)
    }

    /// An HTML document below 100 KB that needs nothing from elsewhere.
    package func html(_ report: Report) throws(TemplateError) -> String {
        try templates.render(.reportHTML, ReportValues(report).value, escape: .html)
    }

    /// The mail that tells the operator what was given up, a line for each.
    package func operatorNotice(_ lines: [String]) throws(TemplateError) -> Notice {
        let value = NoticeValues(lines: lines).value
        return Notice(
            subject: try subject(.operatorSubject, value), text: try text(.operatorText, value))
    }

    /// The mail that tries a mail server out; the lines say how it was sent.
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
