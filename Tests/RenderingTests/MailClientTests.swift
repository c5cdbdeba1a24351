import Reporting
import TestSupport
import Testing

@testable import Rendering

/// Checks the HTML of reports against the features that mail clients support.
@Suite struct MailClientTests {
    private func faults(_ html: String) throws -> String {
        try PythonCheck.run("mail_clients", input: html)
    }

    @Test func `unsupported features have a fallback`() throws {
        var linked = try SampleReports.busy()
        linked.notes.page = "https://callbacks.example.com/profiles"
        for report in [
            .sample, linked, try SampleReports.healthy(), try SampleReports.empty(),
            try SampleReports.outage(),
        ] {
            #expect(try faults(Renderer().html(report)) == "")
        }
    }

    @Test(arguments: [
        ("<h1 class", "<video></video><h1 class", "<video> is not in the table"),
        ("margin:0 0 20px", "display:flex", "display cannot be flex everywhere"),
        ("margin:0 0 20px", "margin:-4px", "margin cannot be -4px everywhere"),
        ("margin:0 0 20px", "height:9px", "property height lacks its fallback: the attribute"),
        ("margin:0 0 20px", "padding:9px", "padding on <p> is for cells alone"),
        ("margin:0 0 20px", "letter-spacing:1px", "letter-spacing is not in the table"),
        ("[if mso]>", "[if no]>", "max-width lacks its fallback: a conditional table of 600 px"),
        (" dir=\"ltr\" class", " class", "<body> lacks its fallback"),
        ("mso-hide:all;", "", "display lacks its fallback: no height, no overflow"),
        ("word-wrap:break-word", "margin:0", "word-break lacks its fallback"),
        ("<style>", "<style>\n.ink:hover { color: #ffffff !important; }", "rule '.ink:hover'"),
    ])
    func `unsupported features are detected`(part: String, other: String, fault: String) throws {
        let html = try Renderer().html(SampleReports.busy())
        try #require(html.contains(part))
        #expect(try faults(html.replacing(part, with: other)).contains(fault))
    }

    @Test func `the preview of a mail contains only the result`() throws {
        let html = try Renderer().html(SampleReports.busy())
        let hidden = html.split(separator: "<div style=\"display:none").last
        let preheader = hidden?.split(separator: "</div>").first ?? ""
        #expect(preheader.contains("1,204\u{A0}callbacks failed, 13 not delivered yet. 48,211 of"))
        #expect(preheader.contains("SMS status: failing since Wed 25 Nov, 15:36"))
        // Clients show up to 200 characters, including the text that follows.
        #expect(
            preheader.split(separator: "&nbsp;&zwnj;", omittingEmptySubsequences: false).count > 80)
    }

    @Test func `segments of bars differ in more than color`() throws {
        let html = try Renderer().html(SampleReports.outage())
        for (segment, thickness) in [("delivered", 4), ("retrying", 6), ("failed", 8)] {
            let cells = html.split(separator: "<td class=\"\(segment)\"").dropFirst()
            #expect(!cells.isEmpty)
            #expect(cells.allSatisfy { $0.prefix(120).contains("border-bottom:\(thickness)px") })
        }
    }
}
