import TestSupport
import Testing

/// `demo`: shows the product with generated data.
@Suite struct DemoTests {
    @Test func showsAWeekOfRealReports() throws {
        let fixture = try CommandFixture()
        // A week with a Wednesday and a 25th, so that weekly and monthly reports are due.
        let now = "2026-11-27T12:00:00Z"
        let demo = try fixture.shell("callback-reports demo --now \(now)", limit: 600)
        #expect(demo.status == 0)
        #expect(demo.errors == "")
        let foot = """

            As HTML:    DIR/callback-reports-demo/report.html
            All emails: DIR/callback-reports-demo/mail (a Maildir)
            History:    callback-reports history --config \
            DIR/callback-reports-demo/callback-reports.json

            """
        #expect(demo.output.hasSuffix(foot))
        #expect(demo.output.contains("\n* IN_chat-inbox: failing since "))
        let alerts = demo.output.split(separator: "\n").filter { $0.contains("NA_appointments (") }
        #expect(
            alerts == [
                "Wed 25 Nov 2026, 16:00 -05:00  Endpoint failing: NA_appointments (callbacks.harbor.example)",
                "Wed 25 Nov 2026, 20:00 -05:00  Endpoint recovered: NA_appointments (callbacks.harbor.example)",
            ])
        // The command that the report names works as it is pasted, from any folder.
        let command = demo.output.split(separator: "\n")
            .drop { !$0.hasPrefix("  callback-reports failures") }.prefix(3)
            .joined(separator: "\n").replacing("DIR", with: fixture.directory.path)
        let failures = try fixture.shell("cd /\n\(command) | head -1")
        #expect(
            failures.output.hasPrefix("{\"callback_id\":") && failures.errors == "", "\(command)")
        let inside = try fixture.shell(
            """
            cd callback-reports-demo
            callback-reports verify | sed 's/.*: //'
            callback-reports health --now \(now) | sed 's/:.*//'
            callback-reports history | grep -c '  sent$'
            ls mail/new | wc -l
            head -1000 callbacks.ndjson | callback-reports import --strict - | cut -d ' ' -f 3-4
            """)
        #expect(
            inside.output.split(separator: "\n").map(String.init) == [
                "all counts are correct", "healthy", "24", "33", "0 added,",
            ])
    }

    @Test func rejectsATimeOutOfRange() throws {
        let fixture = try CommandFixture()
        for time in ["tomorrow", "2026-11-27", "1970-12-31T23:59:00Z", "9999-01-01T00:00:00Z"] {
            let demo = try fixture.run("demo", "new", "--now", time)
            #expect(demo.status == 64, "\(time)")
            #expect(demo.errors.contains("an RFC 3339 time in the years 1971 to 9998"))
        }
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }
}
