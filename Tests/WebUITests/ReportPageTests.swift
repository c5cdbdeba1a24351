import CivilTime
import DeliveryLog
import HTTPServer
import Synchronization
import Testing

@testable import WebUI

/// Reports and notification settings.
@Suite struct ReportPageTests {
    private let fixture: WebUIFixture
    private let visitor: Visitor

    init() throws {
        fixture = try WebUIFixture()
        visitor = try Visitor(fixture)
    }

    @Test func showsTheReportOfTheLastCompletePeriodAsMailed() throws {
        try fixture.record([
            Attempt(
                company: WebUIFixture.own, callbackID: "a",
                finishedAt: fixture.now.withLock { $0.advanced(seconds: -86_400) },
                outcome: .failed, status: 503)
        ])
        let page = visitor.get("/reports/daily").text
        #expect(page.contains("1 failed: Monsoon Travel, daily, 14 Jan"))
        #expect(page.contains("Wed 13 Jan 2027, 17:00 +05:30 to Thu 14 Jan 2027, 17:00 +05:30"))
        #expect(page.contains("<iframe class=\"mail\" src=\"/reports/daily/mail\" sandbox title="))
        let mail = visitor.get("/reports/daily/mail")
        #expect(
            mail.text.hasPrefix("<!DOCTYPE html>") && mail.text.contains("1\u{A0}callback failed"))
    }

    @Test func showsTheTimeSinceTheLastReport() throws {
        try fixture.record([
            Attempt(
                company: WebUIFixture.own, callbackID: "a",
                finishedAt: fixture.now.withLock { $0.advanced(seconds: -60) },
                outcome: .failed, status: 503)
        ])
        #expect(
            visitor.get("/reports/daily").text.contains(
                "No callbacks: Monsoon Travel, daily, 14 Jan"))
        let page = visitor.get("/reports/daily?until=now").text
        #expect(page.contains("This period has not ended.") && page.contains("1 failed"))
        #expect(page.contains("Thu 14 Jan 2027, 17:00 +05:30 to Fri 15 Jan 2027, 13:30 +05:30"))
        #expect(page.contains("src=\"/reports/daily/mail?until=now\""))
        #expect(
            visitor.get("/reports/daily/mail?until=now").text.contains("1\u{A0}callback failed"))
    }

    @Test func restrictsTheMailToItsStyles() {
        let policy = visitor.get("/reports/weekly/mail")[header: "content-security-policy"]
        #expect(
            policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'self'")
    }

    @Test(arguments: ["daily", "weekly", "monthly"])
    func showsAReportForEachFrequency(_ frequency: String) {
        let page = visitor.get("/reports/\(frequency)").text
        #expect(page.contains("href=\"/reports/\(frequency)\" aria-current=\"page\""))
        #expect(page.contains("the report is not emailed") == (frequency != "daily"))
        #expect(visitor.get("/reports/\(frequency)/mail").status == 200)
        #expect(visitor.get("/reports/hourly").status == 404)
    }

    @Test func showsTheCurrentSettings() {
        let page = visitor.get("/settings").text
        #expect(
            page.contains(
                "The reports that are emailed to Monsoon Travel. Times are in Asia/Kolkata."))
        #expect(page.contains("<dd class=\"wrap\">Every day at 17:00</dd>"))
        #expect(page.contains("<dd class=\"wrap\">Fri 15 Jan 2027, 17:00 +05:30</dd>"))
        #expect(page.contains("ops@example.com\ncare@example.com"))
        // The weekly report is disabled.
        #expect(!page.contains("lead@example.com"))
        fixture.configuration.withLock { $0 = $0.replacing("ops@", with: "night@") }
        #expect(visitor.get("/settings").text.contains("night@example.com"))
    }

    @Test func reportsAMissingConfiguration() throws {
        let other = try Visitor(fixture, key: fixture.otherKey)
        for target in ["/settings", "/reports/daily"] {
            let answer = other.get(target)
            #expect(answer.status == 200 && answer.text.contains("is missing or invalid"))
        }
        #expect(other.get("/reports/daily/mail").status == 404)
    }
}
