import Templates

/// The top-level templates. All others are partials.
enum TemplateKind: String, CaseIterable {
    case reportSubject = "report-subject"
    case reportText = "report-text"
    case reportHTML = "report-html"
    case operatorSubject = "operator-subject"
    case operatorText = "operator-text"
    case testSubject = "test-subject"
    case testText = "test-text"

    /// A value with all names that the template can use.
    var shape: TemplateValue {
        switch self {
        case .reportSubject, .reportText, .reportHTML: ReportValues(.sample).value
        case .operatorSubject, .operatorText, .testSubject, .testText:
            NoticeValues(lines: ["line"]).value
        }
    }
}
