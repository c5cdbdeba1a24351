/// The templates in `templates/`, which SwiftPM embeds in the program.
///
/// The symbolic link `BuiltIn` next to this file points to that folder. Each file becomes a
/// constant.
enum BuiltInTemplates {
    /// The templates by file name without `.mustache`.
    static var sources: [String: String] {
        bytes.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private static let bytes = [
        "operator-subject": PackageResources.operator_subject_mustache,
        "operator-text": PackageResources.operator_text_mustache,
        "report-html": PackageResources.report_html_mustache,
        "report-html-bar": PackageResources.report_html_bar_mustache,
        "report-html-change": PackageResources.report_html_change_mustache,
        "report-html-channels": PackageResources.report_html_channels_mustache,
        "report-html-foot": PackageResources.report_html_foot_mustache,
        "report-html-head": PackageResources.report_html_head_mustache,
        "report-html-latency": PackageResources.report_html_latency_mustache,
        "report-html-preheader": PackageResources.report_html_preheader_mustache,
        "report-html-profiles": PackageResources.report_html_profiles_mustache,
        "report-html-reasons": PackageResources.report_html_reasons_mustache,
        "report-html-status": PackageResources.report_html_status_mustache,
        "report-html-timeline": PackageResources.report_html_timeline_mustache,
        "report-html-totals": PackageResources.report_html_totals_mustache,
        "report-subject": PackageResources.report_subject_mustache,
        "report-text": PackageResources.report_text_mustache,
        "report-text-foot": PackageResources.report_text_foot_mustache,
        "test-subject": PackageResources.test_subject_mustache,
        "test-text": PackageResources.test_text_mustache,
    ]
}
