import Alerts
import CivilTime
import DeliveryLog
import JSON
import Reporting
import Testing

@testable import Rendering

/// Messages for Slack stay within the limits of https://docs.slack.dev/reference/block-kit.
@Suite struct SlackTests {
    /// A violation of a limit that Slack documents.
    private static func violations(_ text: String) throws -> [String] {
        let message = try #require(try JSONValue(parsing: text).object)
        var found: [String] = []
        let summary = message["text"]?.string ?? ""
        if summary.isEmpty || summary.utf16.count > 4_000 { found.append("text") }
        let blocks = message["blocks"]?.array ?? []
        if !(1...50).contains(blocks.count) { found.append("\(blocks.count) blocks") }
        for block in blocks {
            let object = try #require(block.object)
            let type = object["type"]?.string ?? ""
            switch type {
            case "header":
                check(object["text"], "plain_text", 150, "header", &found)
            case "section":
                let fields = object["fields"]?.array ?? []
                if object["text"] == nil, fields.isEmpty { found.append("an empty section") }
                if let text = object["text"] { check(text, "mrkdwn", 3_000, "section", &found) }
                if fields.count > 10 { found.append("\(fields.count) fields") }
                for field in fields { check(field, "mrkdwn", 2_000, "field", &found) }
            case "context":
                let elements = object["elements"]?.array ?? []
                if !(1...10).contains(elements.count) { found.append("elements") }
                for element in elements { check(element, "mrkdwn", 3_000, "context", &found) }
            default: found.append("type '\(type)'")
            }
        }
        return found
    }

    private static func check(
        _ value: JSONValue?, _ type: String, _ limit: Int, _ name: String, _ found: inout [String]
    ) {
        let text = value?.object?["text"]?.string ?? ""
        if value?.object?["type"]?.string != type { found.append("the type of a \(name)") }
        if !(1...limit).contains(text.utf16.count) {
            found.append("a \(name) of \(text.utf16.count)")
        }
        // Entities that were cut in half would be visible.
        let parts = text.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let isWhole = parts.dropFirst().allSatisfy { part in
            ["amp;", "lt;", "gt;"].contains { part.starts(with: $0.utf8) }
        }
        if !isWhole { found.append("'&' in \(text.suffix(40))") }
        if ![0, 6].contains(text.filter({ $0 == "`" }).count) { found.append("open code") }
    }

    /// The longest values that can occur.
    private static func facts(_ index: Int, _ text: String) -> EndpointFacts {
        var facts = EndpointFacts(
            endpoint: .profile("IN_00000000-0000-4000-8000-0000000000\(10 + index % 90)"))
        facts.title = text
        facts.origin = "https://" + text
        facts.since = Instant(seconds: 1_795_600_000)
        facts.tally = Tally(delivered: 2, failed: 3, retrying: 9)
        facts.reason = .http5xx
        facts.status = 503
        facts.answer = text
        facts.waiting = 9
        facts.givenUpBy = Instant(seconds: 1_795_700_000)
        facts.disablesAt = Instant(seconds: 1_796_000_000)
        facts.unreported = 3
        return facts
    }

    private static func notice(
        _ kind: AlertKind, _ count: Int, _ text: String, page: String? = nil,
        configuration: String? = nil
    ) -> AlertNotice {
        let isLog = kind == .silent || kind == .resumed
        return AlertNotice(
            kind: kind, company: "HXXXXXXX071IN", name: text, zone: .utc,
            now: Instant(seconds: 1_795_600_800),
            endpoints: isLog ? [] : (0..<count).map { facts($0, text) },
            lastCallback: isLog ? Instant(seconds: 1_795_500_000) : nil, page: page,
            configuration: configuration)
    }

    private static let texts = [
        "order-status", "<!channel> & *all* `code` @here <https://evil.example.com|click>",
        String(repeating: "&<>", count: 3_000), String(repeating: "👩‍👩‍👧‍👦", count: 500),
        String(repeating: "`", count: 500), "\u{300}&\u{300}",
    ]

    @Test(arguments: AlertKind.allCases)
    func `an alert stays within the limits, whatever it contains`(kind: AlertKind) throws {
        for text in Self.texts {
            for count in [1, 2, 30, 1_000] {
                let plain = Self.notice(kind, count, text, configuration: "/etc/" + text)
                let found = try Self.violations(plain.slack)
                #expect(found == [])
                let page = "https://callbacks.example.com/profiles"
                let linked = Self.notice(kind, count, text, page: page)
                let others = try Self.violations(linked.slack)
                #expect(others == [])
            }
        }
    }

    @Test func `a report stays within the limits, whatever it contains`() throws {
        for text in Self.texts {
            var report = Report.sample
            report.company.name = text
            for index in report.troubled.indices { report.troubled[index].title = text }
            report.notes.expired = Array(repeating: report.period, count: 40)
            report.notes.disabled = (0..<40).map {
                DisabledProfile(profileID: "IN_\($0)", title: text, since: report.period.start)
            }
            let linked = try Self.violations(report.slack(subject: text))
            report.notes.page = nil
            let plain = try Self.violations(report.slack(subject: text))
            #expect(linked == [] && plain == [])
        }
        for report in [try SampleReports.busy(), try SampleReports.empty()] {
            #expect(try Self.violations(report.slack(subject: "x")) == [])
        }
    }

    @Test func `an alert has the same facts as its email`() throws {
        let notice = Self.notice(.failing, 1, "order-status")
        let text = notice.slack
        for row in AlertValues(notice).rows(notice.endpoints[0]) {
            #expect(text.contains("*\(row.label)*\\n\(row.text)"))
        }
        #expect(text.contains("Endpoint failing: order-status"))
        #expect(text.contains("callback-reports failures --company HXXXXXXX071IN --retrying"))
    }

    @Test func `names cannot mention people or link elsewhere`() throws {
        let text = Self.notice(.failing, 1, Self.texts[1]).slack
        #expect(text.contains("&lt;!channel&gt; &amp;"))
        #expect(!text.contains("<!channel>"))
        #expect(!text.contains("<https://evil"))
    }

    @Test func `a report names its result, totals and failing endpoints`() throws {
        let report = Report.sample
        let text = report.slack(subject: "1 failed: Example Ltd, daily, 25 Nov")
        #expect(text.contains("1 failed: Example Ltd, daily, 25 Nov"))
        #expect(
            text.contains("*Needs attention*: 1 callback failed".replacing(" ", with: "")) == false)
        #expect(text.contains("*Failed*\\n1"))
        #expect(text.contains("failing since"))
        #expect(
            text.contains("<https://callbacks.example.com/profiles|View the callback profiles>"))
    }
}
