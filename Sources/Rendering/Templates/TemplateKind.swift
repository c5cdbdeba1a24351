import Templates

/// A template that is rendered by itself; all others are partials.
enum TemplateKind: String, CaseIterable {
    case reportSubject = "report-subject"
    case reportText = "report-text"
    case reportHTML = "report-html"
    case operatorSubject = "operator-subject"
    case operatorText = "operator-text"
    case testSubject = "test-subject"
    case testText = "test-text"

    /// What the template may name: a value with everything in it.
    var shape: TemplateValue {
        switch self {
        case .reportSubject, .reportText, .reportHTML: ReportValues(.specimen).value
        case .operatorSubject, .operatorText, .testSubject, .testText:
            NoticeValues(lines: ["line"]).value
        }
    }
}
