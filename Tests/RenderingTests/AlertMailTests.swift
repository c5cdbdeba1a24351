import Alerts
import CivilTime
import DeliveryLog
import Testing

@testable import Rendering

/// The emails of alerts.
@Suite struct AlertMailTests {
    private static let now = Instant(seconds: 1_795_600_800)
    private let renderer = Renderer()

    private func facts(_ index: Int = 0, title: String? = "order-status") -> EndpointFacts {
        var facts = EndpointFacts(
            endpoint: .profile("IN_00000000-0000-4000-8000-00000000000\(index)"))
        facts.title = title
        facts.origin = "https://hooks.example.com"
        facts.since = Self.now.advanced(seconds: -900)
        facts.tally = Tally(delivered: 2, failed: 3, retrying: 9)
        facts.reason = .http5xx
        facts.status = 503
        facts.answer = "<h1>upstream</h1>\r\nBcc: x@example.com"
        facts.waiting = 9
        facts.givenUpBy = Self.now.advanced(seconds: 64_000)
        facts.disablesAt = Self.now.advanced(seconds: 400_000)
        return facts
    }

    private func notice(
        _ kind: AlertKind, _ endpoints: [EndpointFacts], page: String? = nil
    ) -> AlertNotice {
        AlertNotice(
            kind: kind, company: "HXXXXXXX071IN", name: "Example Ltd", zone: .utc, now: Self.now,
            endpoints: endpoints, page: page)
    }

    @Test(arguments: [
        (AlertKind.failing, 1, "Endpoint failing: order-status (hooks.example.com)"),
        (.recovered, 1, "Endpoint recovered: order-status (hooks.example.com)"),
        (.disabled, 1, "Endpoint disabled: order-status (hooks.example.com)"),
        (.disableWarning, 1, "Endpoint will be disabled: order-status (hooks.example.com)"),
        (.failing, 2, "2 endpoints failing: order-status, order-status"),
        (.recovered, 9, "9 endpoints recovered: order-status, order-status and 7 more"),
        (.silent, 0, "No callbacks: Example Ltd"),
        (.resumed, 0, "Callbacks resumed: Example Ltd"),
    ])
    func `the subject begins with what happened`(
        kind: AlertKind, count: Int, subject: String
    ) throws {
        let mail = try renderer.mail(notice(kind, (0..<count).map { facts($0) }))
        #expect(mail.subject == subject)
        #expect(mail.text.hasPrefix(subject + "\n"))
    }

    @Test func `the text says what failed, why, and what to do`() throws {
        let text = try renderer.mail(notice(.failing, [facts()])).text
        #expect(
            text == """
                Endpoint failing: order-status (hooks.example.com)
                Example Ltd, Wed 25 Nov 2026, 10:00 +00:00

                --------------------------------------------------------------------------------
                IN_00000000-0000-4000-8000-000000000000, https://hooks.example.com

                Failing since  Wed 25 Nov, 09:45 (15 min)
                Not delivered  12 of 14 callbacks (14.29 % delivered)
                Reason         Server error (HTTP 5xx), last status 503
                Last response  <h1>upstream</h1> Bcc: x@example.com
                Waiting        9 callbacks; the last attempt is by Thu 26 Nov, 03:46
                Disabled on    Mon 30 Nov, 01:06, unless a callback is delivered

                To list what was not delivered:
                  callback-reports failures --company HXXXXXXX071IN --retrying \\
                    --from 2026-11-25T09:45:00+00:00 --to 2026-11-25T10:00:00+00:00

                --------------------------------------------------------------------------------
                Company:   Example Ltd (HXXXXXXX071IN)
                Time zone: UTC

                """)
    }

    @Test func `the label of several endpoints is plural`() throws {
        let one = try renderer.mail(notice(.failing, [facts()])).html
        #expect(one.contains("Endpoint failing</p>") && !one.contains("Endpoints failing</p>"))
        let two = try renderer.mail(notice(.recovered, [facts(), facts(1)])).html
        #expect(two.contains("Endpoints recovered</p>"))
    }

    @Test func `the end of a failure has a day only if that differs`() throws {
        var ended = facts()
        ended.until = Self.now
        let text = try renderer.mail(notice(.recovered, [ended])).text
        #expect(text.contains("Was failing     Wed 25 Nov, 09:45 to 10:00 (15 min)\n"))
        ended.until = Self.now.advanced(seconds: 86_400)
        let long = try renderer.mail(notice(.recovered, [ended])).text
        #expect(long.contains("Wed 25 Nov, 09:45 to Thu 26 Nov, 10:00 (1 d)"))
    }

    @Test func `a page replaces the commands`() throws {
        let page = "https://callbacks.example.com/profiles"
        let mail = try renderer.mail(notice(.failing, [facts()], page: page))
        let url = "\(page)/IN_00000000-0000-4000-8000-000000000000"
        #expect(mail.text.contains("View the endpoint:\n  \(url)\n"))
        #expect(mail.html.contains("href=\"\(url)\""))
        #expect(!mail.text.contains("callback-reports failures"))
    }

    @Test func `every value is escaped in HTML`() throws {
        var evil = facts(title: "<script>alert(1)</script>")
        evil.origin = "https://<b>.example.com"
        let html = try renderer.mail(notice(.failing, [evil])).html
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("<h1>upstream"))
        #expect(!html.contains("https://<b>"))
    }

    @Test func `many endpoints stay below 100 KB, and all are named`() throws {
        let mail = try renderer.mail(notice(.failing, (0..<10).map { facts($0) }))
        #expect(mail.html.utf8.count < 100_000)
        #expect(mail.text.contains("Also: order-status"))
        let huge = try renderer.mail(notice(.failing, (0..<5000).map { facts($0 % 10) }))
        #expect(huge.html.utf8.count < 100_000)
        #expect(huge.text.replacing("\n", with: " ").contains("and 4,975 more"))
    }

    @Test func `the text has at most 80 columns`() throws {
        for kind in AlertKind.allCases {
            let text = try renderer.mail(notice(kind, (0..<7).map { facts($0) })).text
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test func `JSON is an event with a type, a timestamp and data`() throws {
        let json = notice(.recovered, [facts()]).json
        #expect(json.contains("\"type\": \"endpoint.recovered\""))
        #expect(json.contains("\"timestamp\": \"2026-11-25T10:00:00+00:00\""))
        #expect(json.contains("\"deliveredLate\": 0"))
    }
}
