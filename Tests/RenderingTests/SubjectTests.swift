import Rendering
import Testing

@Suite struct SubjectTests {
    private let renderer: Renderer

    init() throws {
        renderer = Renderer(templates: try TemplateSet.builtIn())
    }

    @Test func `the subject has the date of the occurrence and the number that failed`() throws {
        #expect(
            try renderer.subject(SampleReports.busy())
                == "Daily callback report for Example Ltd, 25 Nov 2026: 1,204 failed")
    }

    @Test func `none failed and no callbacks are different things`() throws {
        #expect(try renderer.subject(SampleReports.healthy()).hasSuffix(": none failed"))
        #expect(try renderer.subject(SampleReports.empty()).hasSuffix(": no callbacks"))
    }

    @Test func `a period chosen by hand belongs to no series`() throws {
        var report = try SampleReports.healthy()
        report.frequency = nil
        #expect(try renderer.subject(report).hasPrefix("Callback report for Example Ltd, "))
    }

    @Test func `no value can add a line or a header`() throws {
        var report = try SampleReports.busy()
        report.company.name = "Evil\r\nBcc: all@example.com\0 <b>"
        #expect(
            try renderer.subject(report)
                == "Daily callback report for Evil Bcc: all@example.com� <b>, 25 Nov 2026: 1,204 failed"
        )
    }
}
