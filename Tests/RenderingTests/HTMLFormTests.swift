import CivilTime
import DeliveryLog
import Rendering
import Reporting
import TestSupport
import Testing

@Suite struct HTMLFormTests {
    private let renderer = Renderer()

    /// The errors that the checker finds: wrong nesting, forbidden elements, accessibility errors
    /// and low contrast.
    private func faults(_ report: Report) throws -> String {
        try PythonCheck.run("html_mail", input: renderer.html(report))
    }

    @Test func `a busy report is well-formed, self-contained and legible`() throws {
        #expect(try faults(SampleReports.busy()) == "")
    }

    @Test func `a healthy report is well-formed, self-contained and legible`() throws {
        #expect(try faults(SampleReports.healthy()) == "")
    }

    @Test func `an empty report is well-formed, self-contained and legible`() throws {
        #expect(try faults(SampleReports.empty()) == "")
    }

    @Test func `an outage is well-formed, self-contained and legible`() throws {
        #expect(try faults(SampleReports.outage()) == "")
    }

    @Test func `markup in names is escaped`() throws {
        let report = try SampleReports.hostile(name: "<script src=\"//x\">'&</script>")
        let html = try renderer.html(report)
        #expect(try faults(report) == "")
        #expect(html.contains("&lt;script src=&quot;//x&quot;&gt;&#39;&amp;&lt;/script&gt;"))
        #expect(!html.contains("<script"))
    }

    @Test(arguments: ["\"", "&", "e\u{301}\u{302}", "日", "👨‍👩‍👧‍👦", "\u{10FFFF}", "\u{301}"])
    func `a report of 500 failing profiles with long names is below 96 KB`(part: String) throws {
        let name = String(repeating: part, count: 300)
        let html = try renderer.html(SampleReports.hostile(name: name))
        #expect(html.utf8.count < 96_000)
    }

    @Test func `a label may break only after the dash between two dates`() throws {
        var report = try SampleReports.healthy()
        report.timeline = SampleReports.days(3, from: report.period.start) { _ in
            Tally(delivered: 1)
        }
        let html = try renderer.html(report)
        #expect(html.contains("Tue\u{A0}24\u{A0}– Wed\u{A0}25\u{A0}Nov"))
    }

    @Test func `omitted profiles are counted`() throws {
        let html = try renderer.html(SampleReports.outage(profiles: 60))
        #expect(html.contains("Endpoint 20 of the fleet"))
        #expect(!html.contains("Endpoint 21 of the fleet"))
        #expect(
            html.contains("and 40 more endpoints with failures: 97,377 failed, 21,626 delivered"))
    }

    @Test func `the state is shown as text`() throws {
        #expect(try renderer.html(SampleReports.busy()).contains("Needs attention"))
        #expect(try renderer.html(SampleReports.healthy()).contains("All good"))
        #expect(try renderer.html(SampleReports.empty()).contains("Needs attention"))
        var quiet = try SampleReports.empty()
        quiet.notes.quiet = .noCallbacks
        #expect(try renderer.html(quiet).contains("No activity"))
    }
}
