import CivilTime
import DeliveryLog
import Rendering
import Reporting
import Testing

/// Tests of sentences and labels that depend on the report.
@Suite struct ReportWordsTests {
    private let renderer = Renderer()

    /// The text as a single line, so that sentences are found regardless of line breaks.
    private func words(_ report: Report) throws -> String {
        try renderer.text(report).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func words(_ change: (inout Report) throws -> Void) throws -> String {
        var report = try SampleReports.empty()
        try change(&report)
        return try words(report)
    }

    @Test func `a period without callbacks differs from a silent and an unused log`()
        throws
    {
        let none = try words { $0.notes.quiet = .noCallbacks }
        let silent = try words { _ in }
        let never = try words { $0.notes.quiet = .neverAny }
        #expect(none.contains("No activity: No callbacks in this period"))
        #expect(
            none.contains("is up to date, but none of your callbacks finished in this period")
        )
        #expect(silent.contains("received no records since Tue 24 Nov 2026, 15:00 +05:30"))
        #expect(never.contains("has no records from before the end of this period"))
    }

    @Test func `a gap of the log is described with both ends and compared with earlier ones`()
        throws
    {
        func text(_ quiet: (_ since: Instant, _ until: Instant) -> Notes.Quiet) throws -> String {
            try words { report in
                let end = report.period.end
                report.notes.quiet = quiet(
                    end.advanced(seconds: -100_800), end.advanced(seconds: 7_200))
            }
        }
        let (since, until) = ("Tue 24 Nov 2026, 13:00 +05:30", "Wed 25 Nov 2026, 19:00 +05:30")
        let open = try text { since, _ in .usualGap(since: since) }
        #expect(open.contains("No activity: No callbacks in this period"))
        #expect(
            open.contains(
                "The delivery log has received no records since \(since), which is no longer than "
                    + "usual."))
        #expect(!open.contains("up to date"))
        let closed = try text { .usualGap(since: $0, until: $1) }
        #expect(
            closed.contains(
                "The delivery log has no records from \(since) to \(until), which is no longer than "
                    + "usual."))
        let long = try text { since, _ in .longGap(since: since) }
        #expect(
            long.contains(
                "received no records since \(since), which is longer than earlier gaps. If records "
                    + "should have arrived since, check the program that writes it."))
        let over = try text { .silent(since: $0, until: $1) }
        #expect(over.contains("Needs attention: The log was silent"))
        #expect(
            over.contains(
                "The delivery log has no records from \(since) to \(until), which is longer than "
                    + "usual. The program that writes it may have stopped during that time."))
    }

    @Test func `silences within the period are listed before one that lasts`() throws {
        let report = try words { report in
            let end = report.period.end
            report.notes.silences = (1...7).map { (hour: Int64) in
                Period(
                    start: end.advanced(seconds: -hour * 7_200),
                    end: end.advanced(seconds: 3_600 - hour * 7_200))
            }
            report.notes.quiet = .silent(since: end.advanced(seconds: -3_600))
        }
        let gap = "The delivery log has no records from Wed 25 Nov 2026"
        #expect(report.split(separator: gap).count == 6)
        let last = """
            \(gap), 07:00 +05:30 to Wed 25 Nov 2026, 08:00 +05:30, which is longer than usual. The \
            program that writes it may have stopped during that time. * The delivery log was silent \
            for longer than usual 2 more times. * The delivery log has received no records since Wed \
            25 Nov 2026, 16:00 +05:30, which is longer than usual.
            """
        #expect(report.contains(last))
    }

    @Test func `failures of skipped reports are described with a command that lists them`() throws {
        var report = try SampleReports.healthy()
        func day(_ number: Int64, _ totals: Tally) -> Comparison {
            let end = report.period.end.advanced(seconds: -86_400 * number)
            return Comparison(
                period: Period(start: end.advanced(seconds: -86_400), end: end), totals: totals)
        }
        report.skipped = [
            day(1, Tally(delivered: 5)), day(2, Tally(delivered: 47, failed: 1_040, retrying: 3)),
            day(3, Tally()), day(4, Tally(failed: 2)),
        ]
        let text = try words(report)
        #expect(text.contains("1,042 earlier callbacks failed (not reported before)"))
        let sentences = """
            * No report was sent for Sun 22 Nov, 17:00 to Mon 23 Nov, 17:00: 1,040 failed, 47 \
            delivered, 3 retrying. * No report was sent for Fri 20 Nov, 17:00 to Sat 21 Nov, 17:00: 2 \
            failed. * No report was sent for 2 other earlier periods: 5 delivered.
            """
        #expect(text.contains(sentences))
        #expect(text.contains("of these earlier periods: callback-reports failures --company "))
        #expect(text.contains("--from 2026-11-20T17:00 --to 2026-11-23T17:00 "))
        report.skipped = [day(1, Tally())]
        #expect(
            try words(report).contains("No report was sent for 1 earlier period: no callbacks."))
        #expect(!(try words(report)).contains("callback-reports failures"))
        report.skipped = (1...9).map { day($0, Tally(failed: Int($0))) }
        #expect(
            try words(report).contains("No report was sent for 2 other earlier periods: 17 failed.")
        )
    }

    @Test func `endpoints with the same name have their ID beside it`() throws {
        var report = try SampleReports.busy()
        for index in [0, 1] { report.endpoints[index].title = "Orders" }
        for index in [0, 1] { report.troubled[index].title = "Orders" }
        report.endpoints[2].title = "https://hooks.example.com"
        report.endpoints.append(
            EndpointLine(
                endpoint: .origin("https://hooks.example.com"), title: nil,
                tally: Tally(failed: 1)))
        let text = try words(report)
        #expect(text.contains("* Orders (IN_whatsapp): failing since Sun 22 Nov"))
        #expect(text.contains("* Orders (IN_sms): failing since Wed 25 Nov"))
        #expect(text.contains("% IN_whatsapp failing since"))
        #expect(text.contains("% IN_call https://hooks.example.com 1 0 0 0 %"))
        #expect(try renderer.html(report).contains("Orders (IN_sms)</strong>"))
        report.endpoints[1].title = "Other"
        report.troubled[1].title = "Other"
        #expect(try words(report).contains("* Orders: failing since"))
    }

    @Test func `a failing endpoint without callbacks in the period has a row`() throws {
        var report = try SampleReports.healthy()
        let line = SampleReports.line("Gone", Tally(), id: "IN_gone")
        report.troubled = [SampleReports.failing(line, since: report.period.start)]
        #expect(
            try words(report).contains(
                "RATE Gone 0 0 0 – failing since Tue 24 Nov, 17:00 (1 d) 12 healthy endpoints"))
        #expect(try renderer.html(report).contains("<br><span class=\"mute\""))
    }

    @Test func `a failure that began in a pruned quarter hour has an approximate time`() throws {
        var report = try SampleReports.busy()
        #expect(!report.json.contains(#""sinceIsApproximate": true"#))
        report.troubled[0].situation.undelivered?.isApproximate = true
        #expect(try words(report).contains("failing since about Sun 22 Nov, 13:00 (3 d 4 h)"))
        #expect(report.json.contains(#""sinceIsApproximate": true"#))
    }

    @Test func `one callback is singular`() throws {
        #expect(try words { $0.totals.failed = 1 }.contains("Needs attention: 1 callback failed"))
        #expect(
            try words {
                $0.totals.delivered = 1
                $0.notes.quiet = nil
            }.contains("All good: 1 callback delivered"))
        #expect(
            try words {
                $0.totals.retrying = 1
                $0.notes.quiet = nil
            }.contains("Still retrying: 1 callback not delivered yet"))
    }

    @Test func `a period of unusual length is explained`() throws {
        let changed = try words { $0.notes.hasUnusualLength = true }
        #expect(changed.contains("has changed, so this period has an unusual length: 1 d."))
    }

    @Test func `shared callback IDs are reported`() throws {
        let text = try words { report in
            report.notes.shared = SharedCallbacks(
                hidden: 20,
                example: .init(
                    company: "H1", callbackID: "evt_0", endpoints: [.profile("A"), .profile("B")]))
        }
        #expect(
            text.contains(
                "* 20 attempts are not counted because callbacks to several endpoints share one ID, "
                    + "for example evt_0 to A and B. A delivery to one endpoint can hide a failure at another."
            ))
    }

    @Test func `disabled profiles are listed and need attention`() throws {
        let text = try words { report in
            report.notes.quiet = .noCallbacks
            report.notes.disabled = (1...12).map { (day: Int64) in
                DisabledProfile(
                    profileID: "IN_\(day)", title: day == 1 ? "Chat <inbox>" : nil,
                    since: report.period.end.advanced(seconds: -86_400 * day))
            }
        }
        #expect(text.contains("Needs attention: 12 endpoints disabled"))
        #expect(
            text.contains(
                "* Chat <inbox> has been disabled since Tue 24 Nov, 17:00 because its callbacks could "
                    + "not be delivered. All further callbacks fail until you enable it. "
                    + "* IN_2 has been disabled"))
        #expect(text.contains("* IN_10 has been disabled since"))
        #expect(text.contains("* 2 more profiles are disabled for the same reason."))
        #expect(!text.contains("IN_11"))
    }

    @Test func `expired reports are listed up to a limit`() throws {
        let text = try words { report in
            report.notes.expired = (1...8).map { (day: Int64) in
                let end = report.period.end.advanced(seconds: -86_400 * day)
                return Period(start: end.advanced(seconds: -86_400), end: end)
            }
        }
        #expect(
            text.contains(
                "* The report for Mon 23 Nov, 17:00 to Tue 24 Nov, 17:00 did not reach all "
                    + "recipients. *")
        )
        #expect(text.contains("* 3 more reports did not reach all recipients either."))
    }

    @Test func `a healthy day summarizes its profiles in one line`() throws {
        let text = try words(SampleReports.healthy())
        #expect(text.contains("All good: All 48,211 callbacks delivered"))
        #expect(text.contains("No failures and no pending retries."))
        #expect(text.contains("12 healthy endpoints: 48,078 callbacks delivered"))
        #expect(!text.contains("Healthy 1"))
    }

    @Test func `a profile that only retries is not healthy`() throws {
        let text = try words {
            $0.totals.retrying = 500
            $0.endpoints = [SampleReports.line("Stuck", Tally(retrying: 500))]
        }
        #expect(text.contains("Stuck 0 0 500 –"))
    }

    @Test func `a repeated hour has its offset`() throws {
        let text = try words { report in
            report.zone = try SampleReports.database.zone(named: "Europe/Berlin")
            let midnight = Instant(seconds: 1_792_879_200)
            report.totals.delivered = 5
            report.timeline = (0..<5).map { (hour: Int64) in
                let start = midnight.advanced(seconds: hour * 3_600)
                return TimelineBar(
                    start: start, end: start.advanced(seconds: 3_600), tally: Tally(delivered: 1))
            }
        }
        #expect(text.contains("Sun 01:00 1 0 0 "))
        #expect(text.contains("Sun 02:00 +02:00 1 0 0 "))
        #expect(text.contains("Sun 02:00 +01:00 1 0 0 "))
        #expect(text.contains("Sun 03:00 1 0 0 "))
    }

    @Test func `the days of a custom year are joined`() throws {
        let text = try words { report in
            report.totals.delivered = 365
            report.timeline = SampleReports.days(365, from: report.period.start) { _ in
                Tally(delivered: 1)
            }
        }
        #expect(text.contains("10 DAYS, 17:00 TO 17:00"))
        #expect(text.contains("24 Nov – 4 Dec 2026 10 0 0 ="))
        #expect(text.contains("24 Dec 2026 – 3 Jan 2027 10 0 0 ="))
        #expect(text.contains("19 – 24 Nov 2027 (5 days) 5 0 0 ="))
    }

    @Test func `the first report states when the log begins`() throws {
        let text = try words { report in
            report.totals.delivered = 7
            report.notes.logBegins = report.period.end.advanced(seconds: -3_600)
        }
        #expect(
            text.contains(
                "The log begins on Wed 25 Nov, 16:00. There is no data before that time."))
    }

    @Test func `failing endpoints come first in the table, longest failure first`()
        throws
    {
        let text = try words { report in
            report.totals = Tally(delivered: 10, failed: 900, retrying: 20)
            report.endpoints = ["Worst", "Recent", "Long"].map {
                SampleReports.line($0, Tally(delivered: 1, failed: $0 == "Worst" ? 900 : 0))
            }
            report.troubled = [
                SampleReports.failing(report.endpoints[2], since: report.period.start),
                SampleReports.failing(
                    report.endpoints[1], since: report.period.end.advanced(seconds: -900)),
            ]
        }
        let places = try ["Long 0 1", "Recent 0 1", "Worst 900"].map { name in
            try #require(text.firstRange(of: name)?.lowerBound)
        }
        #expect(places == places.sorted())
    }

    @Test func `only endpoints that recovered are delivering again`() throws {
        var report = try SampleReports.empty()
        report.totals = Tally(delivered: 3, failed: 4)
        report.endpoints = ["Back", "Unsure", "Never"].map {
            SampleReports.line($0, Tally(delivered: $0 == "Never" ? 0 : 1, failed: 1))
        }
        report.troubled = report.endpoints.map { line in
            var endpoint = SampleReports.failing(line, since: report.period.start)
            endpoint.isFailing = false
            if line.title == "Back" { endpoint.situation.undelivered = nil }
            return endpoint
        }
        let html = try renderer.html(report)
        let parts = html.split(separator: "<th scope=\"rowgroup\"").dropFirst()
        #expect(parts.map { $0.contains("delivering again") } == [true, false, false])
        #expect(try words(report).contains("Back 1 1 0 50.00 % delivering again Unsure 1 1 0"))
        #expect(
            report.json.split(separator: #""deliveringAgain": "#).dropFirst()
                .map { $0.hasPrefix("true") } == [true, false, false])
    }

    @Test func `endpoints without a profile are named by their origin`() throws {
        let text = try words { report in
            report.totals.failed = 2
            report.endpoints = [
                EndpointLine(
                    endpoint: .origin("https://hooks.example.com:8443"), title: nil,
                    tally: Tally(failed: 1)),
                EndpointLine(endpoint: .unknown, title: nil, tally: Tally(failed: 1)),
            ]
        }
        #expect(text.contains("https://hooks.example.com:8443 1 0 0 0 % (no endpoint) 1 0 0 0 %"))
    }

    @Test func `a mail links to the page of each endpoint that has one`() throws {
        let id = "IN_0b8e2a31-5d0c-4c4e-9f7a-8c1d2e3f4a5b"
        var report = try linked()
        for index in [0, 2] { report.endpoints[index].endpoint = .profile(id) }
        report.troubled[0].endpoint = .profile(id)
        let mail = try renderer.mail(report)
        let page = "https://callbacks.example.com/profiles/\(id)"
        #expect(mail.text.contains("(3 d 4 h)\n  \(page)\n* SMS status"))
        #expect(mail.html.split(separator: "href=\"\(page)\"").count == 1 + 3)
        // The other endpoint is not a profile of the gateway.
        #expect(!mail.html.contains("/profiles/IN_sms"))
        #expect(mail.text.contains("callback-reports failures"))
    }

    @Test func `no command is named if everything is on pages`() throws {
        var report = try linked()
        for index in 0..<3 {
            report.endpoints[index].endpoint = .profile(
                "IN_0b8e2a31-5d0c-4c4e-9f7a-8c1d2e3f4a5\(index)")
        }
        let mail = try renderer.mail(report)
        #expect(
            mail.text.contains(
                "View undelivered callbacks: https://callbacks.example.com/profiles\n"))
        #expect(mail.html.contains("href=\"https://callbacks.example.com/profiles\""))
        #expect(!mail.text.contains("callback-reports failures"))
    }

    @Test func `the link promises nothing that the pages do not show`() throws {
        let text = try renderer.text(linked())
        #expect(
            text.contains("View the callback profiles: https://callbacks.example.com/profiles\n"))
        #expect(text.contains("callback-reports failures"))
    }

    private func linked() throws -> Report {
        var report = try SampleReports.busy()
        report.notes.page = "https://callbacks.example.com/profiles"
        return report
    }

    @Test func `the command that lists the failures is quoted for a shell`() throws {
        var report = try SampleReports.failed(.dns)
        report.company.sid = "it's $HOME"
        report.frequency = nil
        report.period.end = report.period.end.advanced(milliseconds: 1)
        #expect(
            try renderer.text(report).contains(
                """
                  callback-reports failures --company 'it'\\''s $HOME' \\
                    --from 2026-11-24T17:00 --to 2026-11-25T17:00:00.001+05:30

                """))
        #expect(!(try renderer.text(SampleReports.healthy())).contains("callback-reports failures"))
    }

    @Test func `a report says what cannot be listed any more`() throws {
        var report = try SampleReports.failed(.dns)
        report.notes.quiet = nil
        report.totals.failed = 5
        report.notes.pruned = Notes.Pruned(
            before: report.period.end, failed: 2, lacksEnds: true, lacksRetried: true)
        let text = try words(report)
        let deleted = "because attempts from before Wed 25 Nov 2026, 17:00 +05:30 were deleted."
        #expect(text.contains("* 2 failed callbacks can no longer be listed, \(deleted)"))
        let ends = "The period is counted only in whole 15-minute intervals"
        #expect(text.contains("* \(ends), \(deleted)"))
        let retried = "Callbacks that were tried again after the time of this report may be missing"
        #expect(text.contains("* \(retried), \(deleted)"))
        #expect(text.contains("To list undelivered callbacks: callback-reports failures"))
        #expect(report.json.contains(#""prunedFailures": 2"#))
        report.notes.pruned = Notes.Pruned(before: report.period.end, failed: 5)
        #expect(try words(report).contains("* 5 failed callbacks can no longer be listed"))
        #expect(!(try words(report)).contains("To list undelivered callbacks"))
        #expect(!(try words(report)).contains("15-minute"))
    }

    @Test func `late failures are described with a command that lists them`() throws {
        var report = try SampleReports.healthy()
        let day = { (number: Int64, before: Int, now: Int) in
            let end = report.period.end.advanced(seconds: -86_400 * number)
            return Corrections(
                period: Period(start: end.advanced(seconds: -86_400), end: end),
                reported: Tally(delivered: 2, failed: before), now: Tally(delivered: 2, failed: now)
            )
        }
        report.corrections = day(1, 5, 4)
        report.earlierCorrections = [day(3, 0, 300), day(4, 1, 2)] + (5...10).map { day($0, 3, 2) }
        let text = try words(report)
        #expect(text.contains("Needs attention: 301 earlier callbacks failed (recorded late)"))
        #expect(
            text.contains(
                "To list all failures of these earlier periods: callback-reports "
                    + "failures --company HXXXXXXX071IN \\ --from 2026-11-20T17:00 --to "
                    + "2026-11-22T17:00 ---"))
        #expect(!text.contains("To list undelivered callbacks"))
        let changed = "* Late records changed the period from"
        let last = "\(changed) Mon 23 Nov, 17:00 to Tue 24 Nov, 17:00: 4 failed (reported: 5)."
        let earlier = "\(changed) Sat 21 Nov, 17:00 to Sun 22 Nov, 17:00: 300 failed (reported: 0)."
        #expect(text.contains("\(last) \(earlier)"))
        #expect(text.contains("* Late records also changed 2 earlier periods: 0 more failed."))
        let html = try renderer.html(report)
        #expect(html.contains("--from 2026-11-20T17:00 --to 2026-11-22T17:00<br></code>"))
        report.earlierCorrections = []
        #expect(!(try words(report)).contains("callback-reports failures"))
    }

    @Test func `the command names a configuration that it would not find`() throws {
        var report = try SampleReports.failed(.dns)
        let folder = String(repeating: "/long name", count: 12)
        report.notes.configuration = "\(folder)/reports.json"
        #expect(
            try renderer.text(report).contains(
                """
                  callback-reports failures --company HXXXXXXX071IN \\
                    --config '\(folder)/reports.json' \\
                    --frequency daily --ending 2026-11-25T17:00

                """))
        report.notes.configuration = "/etc/reports.json"
        #expect(try renderer.html(report).contains("--config /etc/reports.json \\<br>"))
    }

    @Test func `a report of a period that has not ended says so`() throws {
        let text = try words { report in
            report.notes.quiet = .noCallbacks
            report.unfinishedAt = report.period.end.advanced(seconds: -5_001)
        }
        #expect(
            text.contains(
                "* This period ends on Wed 25 Nov, 17:00; the report covers it up to 15:36:39. "
                    + "Comparisons use the same part of earlier periods."))
        let month = try words { report in
            report.notes.quiet = .neverAny
            report.previous = nil
            report.unfinishedAt = report.period.end.advanced(seconds: -86_400 + 60)
            report.period.end = report.period.end.advanced(seconds: 60 * 86_400)
        }
        #expect(
            month.contains(
                "* This period ends on Sun 24 Jan 2027, 17:00; the report covers it up to "
                    + "Tue 24 Nov, 17:01. *"))
        #expect(month.contains("has no records from before this time."))
        #expect(month.contains("(61 d)"))
    }

    @Test func `a failure in a period that has not ended is measured up to now`() throws {
        var report = try SampleReports.busy()
        report.unfinishedAt = report.period.end.advanced(seconds: -1_800)
        let mail = try renderer.mail(report)
        #expect(mail.text.contains("failing since Sun 22 Nov, 13:00 (3 d 3 h)"))
        #expect(mail.html.contains("the report covers it up to 16:30."))
        #expect(report.json.contains(#""coveredUntil": "2026-11-25T16:30:00+05:30""#))
        #expect(report.json.contains(#""progress": "ongoing""#))
    }

    @Test func `a period that has not begun does not call the log silent`() throws {
        var report = try SampleReports.empty()
        report.notes.quiet = nil
        report.unfinishedAt = report.period.start.advanced(seconds: -1)
        let mail = try renderer.mail(report)
        #expect(mail.subject == "Not begun: Example Ltd, daily, 25 Nov")
        let note =
            "This period begins on Tue 24 Nov 2026, 17:00 +05:30. It is now Tue 24 Nov 2026, "
            + "16:59:59 +05:30."
        #expect(mail.html.contains(note))
        #expect(try words(report).contains("No data yet: This period has not begun * \(note)"))
        report.previous = nil
        report.average = nil
        #expect(try words(report).contains("THIS PERIOD Failed – Delivered – Still retrying – All"))
        #expect(!mail.text.contains("silent") && !mail.html.contains("silent"))
        for line in [
            #""callbacks": null"#, #""failed": null"#, #""recovered": null"#,
            #""hiddenAttempts": null"#, #""coveredUntil": null"#, #""progress": "notBegun""#,
        ] {
            #expect(report.json.contains(line))
        }
    }

    @Test func `an average of one period is not shown twice`() throws {
        var report = try SampleReports.busy()
        report.frequency = .weekly
        #expect(try words(report).contains("VS PREVIOUS WEEK VS LAST 4 WEEKS"))
        report.average = report.average.map { Average(periods: 1, sums: $0.sums) }
        #expect(try words(report).contains("VS PREVIOUS WEEK Failed"))
    }

    @Test func `every reason has its own label`() throws {
        let labels = try Reason.allCases.map { reason in
            try renderer.text(SampleReports.failed(reason)).split(separator: "\n")
                .first { $0.contains("100 %  ####") }
        }
        #expect(Set(labels).count == Reason.allCases.count)
    }
}
