import TestSupport
import Testing

/// `demo`: the whole product on made-up data.
@Suite struct DemoTests {
    @Test func showsAWeekOfReportsThatAreReal() throws {
        let bench = try Workbench()
        let demo = try bench.shell("callback-reports demo", limit: 600)
        #expect(demo.status == 0)
        #expect(demo.errors == "")
        let foot = """

            The same as HTML:  DIR/callback-reports-demo/report.html
            All mails:         DIR/callback-reports-demo/mail (a Maildir)
            What was sent:     callback-reports history --config \
            DIR/callback-reports-demo/callback-reports.json

            """
        #expect(demo.output.hasSuffix(foot))
        #expect(demo.output.contains("\n* IN_chat-inbox: failing since "))
        let inside = try bench.shell(
            """
            cd callback-reports-demo
            callback-reports verify | sed 's/.*: //'
            callback-reports health | sed 's/:.*//'
            callback-reports history | grep -c '  sent$'
            ls mail/new | wc -l
            head -1000 callbacks.ndjson | callback-reports import --strict - | cut -d ' ' -f 3-4
            """)
        let reports = try bench.directory.names(in: "callback-reports-demo/mail/new").count
        #expect(
            inside.output.split(separator: "\n").map(String.init) == [
                "all counts are right", "well", "23", "\(reports)", "0 new,",
            ])
        #expect((28...34).contains(reports))
    }
}
