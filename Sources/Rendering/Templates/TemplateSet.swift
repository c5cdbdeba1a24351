import Alerts
import FoundationEssentials
package import Templates
import TextSupport

/// All mail templates, parsed and checked.
package struct TemplateSet: Sendable {
    private let templates: [String: Template]

    /// The file name extension of templates.
    private static let ending = ".mustache"

    /// The built-in templates, parsed when one is first needed.
    ///
    /// They are not checked at startup because a test ensures that they are valid.
    static let builtIn = TemplateSet(
        templates: Dictionary(
            uniqueKeysWithValues: BuiltInTemplates.sources.compactMap { name, text in
                (try? Template(text, name: name)).map { (name, $0) }
            }))

    private init(templates: [String: Template]) {
        self.templates = templates
    }

    /// Loads the built-in templates and replaces the ones that have a file of the same name in
    /// `directory`.
    ///
    /// Other files than `*.mustache` are ignored.
    ///
    /// - Throws: ``TemplateSetError`` with all errors of all files: syntax errors, names that
    ///   reports do not have, and files that replace no template.
    package init(overridesIn directory: String) throws(TemplateSetError) {
        try self.init(overrides: Self.read(directory))
    }

    /// A template's source and its name in error messages.
    private struct Source {
        var name: String
        var path: String
        var text: String
    }

    private init(overrides: [Source]) throws(TemplateSetError) {
        var errors: [TemplateError] = []
        var templates: [String: Template] = [:]
        let builtIn = BuiltInTemplates.sources.sorted { $0.key < $1.key }
            .map { Source(name: $0.key, path: $0.key, text: $0.value) }
        let replaced = Set(overrides.map(\.name))
        for source in builtIn.filter({ !replaced.contains($0.name) }) + overrides {
            do throws(TemplateError) {
                templates[source.name] = try Template(source.text, name: source.path)
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else { throw .errors(errors) }
        self.templates = templates
        errors = unknownNames()
        guard errors.isEmpty else { throw .errors(errors) }
    }

    private func unknownNames() -> [TemplateError] {
        var errors: [TemplateError] = []
        for kind in TemplateKind.allCases {
            let found = templates[kind.rawValue]?.check(against: kind.shape, partials: templates)
            errors += (found ?? []).filter { !errors.contains($0) }
        }
        return errors
    }

    private static func read(_ directory: String) throws(TemplateSetError) -> [Source] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw .unreadable(path: directory)
        }
        var sources: [Source] = []
        for file in names.sorted() where file.hasSuffix(ending) {
            sources.append(try read(file, in: directory))
        }
        return sources
    }

    private static func read(
        _ file: String, in directory: String
    ) throws(TemplateSetError) -> Source {
        let path = directory.hasSuffix("/") ? directory + file : "\(directory)/\(file)"
        let name = String(file.dropLast(ending.count))
        let known = BuiltInTemplates.sources.keys.sorted()
        guard known.contains(name) else {
            let nearest = nearestSpelling(of: name, in: known)
            throw .unknownTemplate(path: path, nearest: nearest.map { $0 + ending })
        }
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else { throw .unreadable(path: path) }
        // Some editors put a byte order mark first; clients would show it in the mail.
        let hasMark = text.unicodeScalars.first == "\u{FEFF}"
        let body = hasMark ? String(text.unicodeScalars.dropFirst()) : text
        return Source(name: name, path: path, text: body)
    }

    func render(
        _ kind: TemplateKind, _ value: TemplateValue, escape: Escape
    ) throws(TemplateError) -> String {
        try templates[kind.rawValue]?.render(value, partials: templates, escape: escape) ?? ""
    }
}

/// The top-level templates. All others are partials.
enum TemplateKind: String, CaseIterable {
    case reportSubject = "report-subject"
    case reportText = "report-text"
    case reportHTML = "report-html"
    case alertSubject = "alert-subject"
    case alertText = "alert-text"
    case alertHTML = "alert-html"
    case operatorSubject = "operator-subject"
    case operatorText = "operator-text"
    case testSubject = "test-subject"
    case testText = "test-text"

    /// A value with all names that the template can use.
    var shape: TemplateValue {
        switch self {
        case .reportSubject, .reportText, .reportHTML: ReportValues(.sample).value
        case .alertSubject, .alertText, .alertHTML: AlertValues(.sample).value
        case .operatorSubject, .operatorText, .testSubject, .testText:
            NoticeValues(lines: ["line"], configuration: "/reports.json").value
        }
    }
}

/// An error that prevents the program from using a set of templates.
package enum TemplateSetError: Error, Hashable, Sendable {
    /// The directory or a file in it cannot be read or is not UTF-8.
    case unreadable(path: String)
    /// A file does not have the name of a template.
    case unknownTemplate(path: String, nearest: String?)
    /// All errors in the files.
    case errors([TemplateError])
}

extension TemplateSetError: CustomStringConvertible {
    /// One line per error, starting with its location.
    package var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): cannot read templates; check that the directory exists, that it is readable, "
                + "and that its files are UTF-8"
        case .unknownTemplate(let path, let nearest):
            "\(path): not the name of a template"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; remove or rename the file")
        case .errors(let errors):
            errors.map(\.description).joined(separator: "\n")
        }
    }
}

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
        "alert-html": PackageResources.alert_html_mustache,
        "alert-subject": PackageResources.alert_subject_mustache,
        "alert-text": PackageResources.alert_text_mustache,
        "mail-style": PackageResources.mail_style_mustache,
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
