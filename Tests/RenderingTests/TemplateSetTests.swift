import FoundationEssentials
import TestSupport
import Testing

@testable import Rendering

@Suite struct TemplateSetTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func failure() -> String? {
        let error = #expect(throws: TemplateSetError.self) {
            try TemplateSet(overridesIn: directory.path)
        }
        return error?.description
    }

    @Test func `the program contains exactly the files in templates/`() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../templates").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        // Other entries are the folder of the web pages.
        let files = try names.filter { $0.hasSuffix(".mustache") }.map { name in
            (
                String(name.dropLast(".mustache".count)),
                try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            )
        }
        #expect(BuiltInTemplates.sources == Dictionary(uniqueKeysWithValues: files))
    }

    @Test func `the built-in templates are valid`() throws {
        _ = try TemplateSet(overridesIn: directory.path)
    }

    @Test func `every built-in template is used`() throws {
        for name in BuiltInTemplates.sources.keys {
            try directory.write("{{nothing.of.this.name}}", to: "\(name).mustache")
            let message = failure()
            #expect(message?.contains("\(name).mustache:1:1: unknown name") ?? false)
            try FileManager.default.removeItem(atPath: directory.path(of: "\(name).mustache"))
        }
    }

    @Test func `a byte order mark before a template is ignored`() throws {
        try directory.write("\u{FEFF}{{company.sid}}\n", to: "report-subject.mustache")
        let renderer = Renderer(templates: try TemplateSet(overridesIn: directory.path))
        #expect(try renderer.mail(SampleReports.busy()).subject == "HXXXXXXX071IN")
    }

    @Test func `a file replaces only the template with its name`() throws {
        try directory.write("{{company.sid}} {{totals.average}}\n", to: "report-subject.mustache")
        try directory.write("{{", to: "notes.txt")
        let renderer = Renderer(templates: try TemplateSet(overridesIn: directory.path))
        #expect(try renderer.mail(SampleReports.busy()).subject == "HXXXXXXX071IN vs last 4 days")
        #expect(try renderer.text(SampleReports.busy()).contains("1,204 callbacks failed"))
    }

    @Test func `a partial can be replaced as well`() throws {
        try directory.write("-- {{foot.zone}}\n", to: "report-text-foot.mustache")
        let renderer = Renderer(templates: try TemplateSet(overridesIn: directory.path))
        #expect(
            try renderer.text(SampleReports.empty()).hasSuffix(
                "\n\n-- Asia/Kolkata, tz database 2026f\n"))
    }

    @Test func `every syntax error is reported with its file`() throws {
        let html = try directory.write("{{#notes}}\n", to: "report-html.mustache")
        let text = try directory.write("a\n  {{/x}}", to: "report-text.mustache")
        #expect(
            failure() == """
                \(html):1:1: section 'notes' has no end; close it with {{/notes}}
                \(text):2:3: {{/x}} closes a section, but none is open
                """)
    }

    @Test func `an unknown name gets a suggestion`() throws {
        let path = try directory.write(
            "{{company.nmae}}{{#profiles.rows}}{{titel}}{{/profiles.rows}}",
            to: "report-text.mustache")
        #expect(
            failure() == """
                \(path):1:1: unknown name 'company.nmae'; did you mean 'company.name'?
                \(path):1:35: unknown name 'titel'; did you mean 'title'?
                """)
    }

    @Test func `a file that replaces nothing is an error`() throws {
        let path = try directory.write("", to: "report-txt.mustache")
        #expect(
            failure() == "\(path): not the name of a template; did you mean 'report-text.mustache'?"
        )
    }

    @Test func `a file that is not UTF-8 is an error`() throws {
        let path = try directory.write(Data([0xFF]), to: "report-text.mustache")
        #expect(
            failure()
                == "\(path): cannot read templates; check that the directory exists, that it is readable, and that its files are UTF-8"
        )
    }

    @Test func `a missing directory is an error`() {
        let error = #expect(throws: TemplateSetError.self) {
            try TemplateSet(overridesIn: "/nowhere/templates")
        }
        #expect(
            error?.description
                == "/nowhere/templates: cannot read templates; check that the directory exists, that it is readable, and that its files are UTF-8"
        )
    }
}
