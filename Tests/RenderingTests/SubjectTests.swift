import CivilTime
import DeliveryLog
import Rendering
import Reporting
import Testing

@Suite struct SubjectTests {
    private let renderer = Renderer()

    @Test func `the subject contains the result, the company and the date`() throws {
        var report = try SampleReports.busy()
        report.totals.retrying = 0
        #expect(try renderer.mail(report).subject == "1,204 failed: Example Ltd, daily, 25 Nov")
        report.frequency = .monthly
        #expect(try renderer.mail(report).subject == "1,204 failed: Example Ltd, monthly, 25 Nov")
    }

    @Test func `a custom period is named by its ends`() throws {
        var report = try SampleReports.healthy()
        report.frequency = nil
        #expect(
            try renderer.mail(report).subject
                == "All delivered: Example Ltd, Tue 24 Nov, 17:00 to Wed 25 Nov, 17:00")
    }

    @Test func `the title of the document is the subject`() throws {
        let mail = try renderer.mail(SampleReports.busy())
        #expect(mail.html.contains("<title>\(mail.subject)\n</title>"))
    }

    @Test func `no value can add a line or a header`() throws {
        var report = try SampleReports.busy()
        report.company.name = "Evil\r\nBcc: all@example.com\0 <b>"
        #expect(
            try renderer.mail(report).subject
                == "1,204 failed, 13 not delivered yet: Evil Bcc: all@example.com� <b>, daily, 25 Nov"
        )
    }
}
