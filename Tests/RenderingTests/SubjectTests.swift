import Rendering
import Testing

@Suite struct SubjectTests {
    private let renderer = Renderer()

    @Test func `the subject has the date of the occurrence and the number that failed`() throws {
        #expect(
            try renderer.mail(SampleReports.busy()).subject
                == "Daily callback report for Example Ltd, 25 Nov 2026: 1,204 failed")
    }

    @Test func `none failed and no callbacks are different things`() throws {
        #expect(try renderer.mail(SampleReports.healthy()).subject.hasSuffix(": none failed"))
        #expect(try renderer.mail(SampleReports.empty()).subject.hasSuffix(": no callbacks"))
    }

    @Test func `a period chosen by hand belongs to no series`() throws {
        var report = try SampleReports.healthy()
        report.frequency = nil
        #expect(try renderer.mail(report).subject.hasPrefix("Callback report for Example Ltd, "))
    }

    @Test func `no value can add a line or a header`() throws {
        var report = try SampleReports.busy()
        report.company.name = "Evil\r\nBcc: all@example.com\0 <b>"
        #expect(
            try renderer.mail(report).subject
                == "Daily callback report for Evil Bcc: all@example.com� <b>, 25 Nov 2026: 1,204 failed"
        )
    }
}
