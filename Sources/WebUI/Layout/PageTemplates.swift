import Templates

/// The templates in `templates/pages`, which SwiftPM compiles into the program.
///
/// `BuiltIn` in this module is a link to that folder. The templates are not validated at each
/// start; a test does that.
enum PageTemplates {
    static let sources: [String: [UInt8]] = [
        "area": PackageResources.area_mustache,
        "channels": PackageResources.channels_mustache,
        "choice": PackageResources.choice_mustache,
        "delete": PackageResources.delete_mustache,
        "faults": PackageResources.faults_mustache,
        "foot": PackageResources.foot_mustache,
        "form": PackageResources.form_mustache,
        "form-body": PackageResources.form_body_mustache,
        "form-encryption": PackageResources.form_encryption_mustache,
        "form-headers": PackageResources.form_headers_mustache,
        "form-more": PackageResources.form_more_mustache,
        "head": PackageResources.head_mustache,
        "input": PackageResources.input_mustache,
        "message": PackageResources.message_mustache,
        "notices": PackageResources.notices_mustache,
        "outcome": PackageResources.outcome_mustache,
        "outcome-chip": PackageResources.outcome_chip_mustache,
        "profile": PackageResources.profile_mustache,
        "profile-attempts": PackageResources.profile_attempts_mustache,
        "profile-chart": PackageResources.profile_chart_mustache,
        "profile-settings": PackageResources.profile_settings_mustache,
        "profiles": PackageResources.profiles_mustache,
        "reports": PackageResources.reports_mustache,
        "rows": PackageResources.rows_mustache,
        "settings": PackageResources.settings_mustache,
        "sign-in": PackageResources.sign_in_mustache,
        "status": PackageResources.status_mustache,
        "test": PackageResources.test_mustache,
    ]

    static let all = Dictionary(
        uniqueKeysWithValues: sources.compactMap { name, bytes in
            (try? Template(String(decoding: bytes, as: UTF8.self), name: name)).map { (name, $0) }
        })

    /// Renders a template. Every value is escaped, because no template uses three braces.
    static func render(_ name: String, _ value: TemplateValue) -> String {
        // Rendering fails only if a partial includes itself, and none does.
        (try? all[name]?.render(value, partials: all, escape: .html)) ?? ""
    }
}
