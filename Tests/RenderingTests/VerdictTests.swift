import CivilTime
import DeliveryLog
import Reporting
import Testing

@testable import Rendering

/// Tests of the overall result of a report, with a table of situations.
@Suite struct VerdictTests {
    struct Situation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var totals = Tally()
        var failing = 0
        var disabled = 0
        /// The failed callbacks of earlier periods that were recorded after their reports.
        var late = 0
        /// The failed callbacks of earlier periods whose reports were skipped.
        var skipped = 0
        /// The callbacks that were last tried before the period and are still retrying.
        var earlier = 0
        var quiet: Notes.Quiet?
        /// Whether the log was silent within the period.
        var wasSilent = false
        /// The time of the report, in seconds after the start of its day, if the day has not ended.
        var now: Int64?
        var label: String
        var headline: String
        var subject: String
        var summary: String?
    }

    private static let situations: [Situation] = [
        .init(
            testDescription: "all well", totals: Tally(delivered: 48_211), label: "All good",
            headline: "All 48,211 callbacks delivered", subject: "All delivered",
            summary: "No failures and no pending retries."),
        .init(
            testDescription: "one callback", totals: Tally(delivered: 1), label: "All good",
            headline: "1 callback delivered", subject: "All delivered",
            summary: "No failures and no pending retries."),
        .init(
            testDescription: "an endpoint that is down and retried", totals: Tally(retrying: 7),
            failing: 1, label: "Needs attention",
            headline: "1 endpoint failing, 7 callbacks not delivered yet",
            subject: "1 endpoint failing, 7 not delivered yet",
            summary: "0 of 7 callbacks delivered, 7 still retrying."),
        .init(
            testDescription: "one of many endpoints is down and retried",
            totals: Tally(delivered: 970, retrying: 1), failing: 2, label: "Needs attention",
            headline: "2 endpoints failing, 1 callback not delivered yet",
            subject: "2 endpoints failing, 1 not delivered yet",
            summary: "970 of 971 callbacks delivered, 1 still retrying."),
        .init(
            testDescription: "an endpoint is failing whose callbacks moved on",
            totals: Tally(delivered: 3), failing: 1, label: "Needs attention",
            headline: "1 endpoint failing", subject: "1 endpoint failing",
            summary: "3 of 3 callbacks delivered."),
        .init(
            testDescription: "callbacks failed", totals: Tally(delivered: 12_159, failed: 3_108),
            failing: 1, label: "Needs attention", headline: "3,108 callbacks failed",
            subject: "3,108 failed",
            summary: "12,159 of 15,267 callbacks delivered. Delivery rate 79.64 %."),
        .init(
            testDescription: "some failed, some are retried",
            totals: Tally(delivered: 48_211, failed: 1_204, retrying: 13),
            label: "Needs attention", headline: "1,204 callbacks failed, 13 not delivered yet",
            subject: "1,204 failed, 13 not delivered yet",
            summary: "48,211 of 49,428 callbacks delivered, 13 still retrying. Delivery rate "
                + "excluding retries: 97.56 %."),
        .init(
            testDescription: "only retries", totals: Tally(delivered: 12_000, retrying: 7),
            label: "Still retrying", headline: "7 callbacks not delivered yet",
            subject: "7 not delivered yet",
            summary: "12,000 of 12,007 callbacks delivered, 7 still retrying."),
        .init(
            testDescription: "an endpoint is disabled, the rest is well",
            totals: Tally(delivered: 12), disabled: 1, label: "Needs attention",
            headline: "1 endpoint disabled", subject: "1 endpoint disabled",
            summary: "12 of 12 callbacks delivered."),
        .init(
            testDescription: "endpoints are disabled and others are failing",
            totals: Tally(delivered: 12), failing: 1, disabled: 2, label: "Needs attention",
            headline: "1 endpoint failing, 2 endpoints disabled",
            subject: "1 endpoint failing, 2 endpoints disabled",
            summary: "12 of 12 callbacks delivered."),
        .init(
            testDescription: "callbacks failed and an endpoint is disabled",
            totals: Tally(delivered: 12, failed: 4, retrying: 1), disabled: 1,
            label: "Needs attention",
            headline: "4 callbacks failed, 1 endpoint disabled, 1 callback not delivered yet",
            subject: "4 failed, 1 endpoint disabled, 1 not delivered yet",
            summary: "12 of 17 callbacks delivered, 1 still retrying. Delivery rate excluding "
                + "retries: 75.00 %."),
        .init(
            testDescription: "an endpoint is disabled and nothing was sent", disabled: 2,
            quiet: .noCallbacks, label: "Needs attention", headline: "2 endpoints disabled",
            subject: "2 endpoints disabled"),
        .init(
            testDescription: "failures of the previous period were recorded late",
            totals: Tally(delivered: 96), late: 300, label: "Needs attention",
            headline: "300 earlier callbacks failed (recorded late)",
            subject: "300 earlier callbacks failed",
            summary: "96 of 96 callbacks delivered."),
        .init(
            testDescription: "earlier failures and retries",
            totals: Tally(delivered: 96, retrying: 2), late: 1, label: "Needs attention",
            headline: "1 earlier callback failed (recorded late), 2 callbacks not delivered yet",
            subject: "1 earlier callback failed, 2 not delivered yet",
            summary: "96 of 98 callbacks delivered, 2 still retrying."),
        .init(
            testDescription: "failures of this period, retries, and earlier failures",
            totals: Tally(delivered: 96, failed: 4, retrying: 2), late: 300,
            label: "Needs attention",
            headline: "4 callbacks failed, 2 not delivered yet, "
                + "300 earlier callbacks failed (recorded late)",
            subject: "4 failed, 2 not delivered yet, 300 earlier callbacks failed",
            summary: "96 of 102 callbacks delivered, 2 still retrying. Delivery rate excluding "
                + "retries: 96.00 %."),
        .init(
            testDescription: "callbacks of earlier periods are still retrying",
            totals: Tally(delivered: 96), earlier: 4, label: "Still retrying",
            headline: "4 earlier callbacks not delivered yet",
            subject: "4 earlier not delivered yet", summary: "96 of 96 callbacks delivered."),
        .init(
            testDescription: "nothing but callbacks of earlier periods that are still retrying",
            earlier: 1, quiet: .noCallbacks, label: "Still retrying",
            headline: "1 earlier callback not delivered yet",
            subject: "1 earlier not delivered yet"),
        .init(
            testDescription: "an endpoint is failing whose callbacks were last tried earlier",
            totals: Tally(delivered: 20), failing: 1, earlier: 4, label: "Needs attention",
            headline: "1 endpoint failing, 4 earlier callbacks not delivered yet",
            subject: "1 endpoint failing, 4 earlier not delivered yet",
            summary: "20 of 20 callbacks delivered."),
        .init(
            testDescription: "no callbacks", quiet: .noCallbacks, label: "No activity",
            headline: "No callbacks in this period", subject: "No callbacks"),
        .init(
            testDescription: "a silent log", quiet: .silent(since: Instant(seconds: 0)),
            label: "Needs attention", headline: "The log is silent", subject: "Log silent"),
        .init(
            testDescription: "a log that was silent and has records again",
            quiet: .silent(since: Instant(seconds: 0), until: Instant(seconds: 9)),
            label: "Needs attention", headline: "The log was silent", subject: "Log was silent"),
        .init(
            testDescription: "a usual gap in the log",
            quiet: .usualGap(since: Instant(seconds: 0)), label: "No activity",
            headline: "No callbacks in this period", subject: "No callbacks"),
        .init(
            testDescription: "a log that is silent after many deliveries",
            totals: Tally(delivered: 12), quiet: .silent(since: Instant(seconds: 0)),
            label: "Needs attention", headline: "The log is silent", subject: "Log silent",
            summary: "12 of 12 callbacks delivered."),
        .init(
            testDescription: "a long gap in the log that is not unusual",
            quiet: .longGap(since: Instant(seconds: 0)), label: "No activity",
            headline: "No callbacks in this period", subject: "No callbacks"),
        .init(
            testDescription: "a log that was silent within the period",
            totals: Tally(delivered: 12), wasSilent: true, label: "Needs attention",
            headline: "The log was silent", subject: "Log was silent",
            summary: "12 of 12 callbacks delivered."),
        .init(
            testDescription: "a log that was silent and is silent again",
            totals: Tally(delivered: 12), quiet: .silent(since: Instant(seconds: 0)),
            wasSilent: true, label: "Needs attention", headline: "The log is silent",
            subject: "Log silent", summary: "12 of 12 callbacks delivered."),
        .init(
            testDescription: "a silent log while an endpoint is failing",
            totals: Tally(delivered: 3, retrying: 7), failing: 1, earlier: 2,
            quiet: .silent(since: Instant(seconds: 0)), label: "Needs attention",
            headline: "1 endpoint failing, the log is silent, 7 callbacks not delivered yet, "
                + "2 earlier callbacks not delivered yet",
            subject: "1 endpoint failing, log silent, 7 not delivered yet, 2 earlier not delivered "
                + "yet",
            summary: "3 of 10 callbacks delivered, 7 still retrying."),
        .init(
            testDescription: "a log that was silent, failures and retries",
            totals: Tally(delivered: 8, failed: 2, retrying: 1), wasSilent: true,
            label: "Needs attention",
            headline: "2 callbacks failed, the log was silent, 1 callback not delivered yet",
            subject: "2 failed, log was silent, 1 not delivered yet",
            summary: "8 of 11 callbacks delivered, 1 still retrying. Delivery rate excluding "
                + "retries: 80.00 %."),
        .init(
            testDescription: "a silent log and callbacks that are retrying",
            totals: Tally(delivered: 3, retrying: 7), quiet: .silent(since: Instant(seconds: 0)),
            label: "Needs attention",
            headline: "The log is silent, 7 callbacks not delivered yet",
            subject: "Log silent, 7 not delivered yet",
            summary: "3 of 10 callbacks delivered, 7 still retrying."),
        .init(
            testDescription: "a silent log and failures that were recorded late",
            totals: Tally(delivered: 3), late: 9, quiet: .silent(since: Instant(seconds: 0)),
            label: "Needs attention",
            headline: "9 earlier callbacks failed (recorded late), the log is silent",
            subject: "9 earlier callbacks failed, log silent",
            summary: "3 of 3 callbacks delivered."),
        .init(
            testDescription: "failures of skipped reports", totals: Tally(delivered: 3),
            skipped: 40, label: "Needs attention",
            headline: "40 earlier callbacks failed (not reported before)",
            subject: "40 earlier callbacks failed", summary: "3 of 3 callbacks delivered."),
        .init(
            testDescription: "failures of skipped reports and failures that were recorded late",
            totals: Tally(failed: 1), late: 3, skipped: 1, label: "Needs attention",
            headline: "1 callback failed, 4 earlier callbacks failed (not reported before)",
            subject: "1 failed, 4 earlier callbacks failed",
            summary: "0 of 1 callback delivered. Delivery rate 0 %."),
        .init(
            testDescription: "all well in a period that has not ended",
            totals: Tally(delivered: 3), now: 3_600, label: "All good",
            headline: "All 3 callbacks delivered so far", subject: "All delivered so far",
            summary: "No failures and no pending retries."),
        .init(
            testDescription: "nothing yet in a period that has not ended",
            quiet: .noCallbacks, now: 3_600, label: "No activity", headline: "No callbacks so far",
            subject: "No callbacks so far"),
        .init(
            testDescription: "failures in a period that has not ended", totals: Tally(failed: 2),
            now: 3_600, label: "Needs attention", headline: "2 callbacks failed",
            subject: "2 failed", summary: "0 of 2 callbacks delivered. Delivery rate 0 %."),
        .init(
            testDescription: "a period that has not begun", now: 0, label: "No data yet",
            headline: "This period has not begun", subject: "Not begun"),
        .init(
            testDescription: "an empty log", quiet: .neverAny, label: "Needs attention",
            headline: "No callbacks in this period", subject: "No callbacks"),
    ]

    private func report(_ situation: Situation) throws -> Report {
        var report = try SampleReports.empty()
        report.totals = situation.totals
        report.earlierRetrying = situation.earlier
        report.notes.quiet = situation.quiet
        if situation.wasSilent { report.notes.silences = [report.period] }
        if situation.skipped > 0 {
            report.skipped = [
                Comparison(period: report.period, totals: Tally(failed: situation.skipped)),
                Comparison(period: report.period, totals: Tally(delivered: 5)),
            ]
        }
        report.unfinishedAt = situation.now.map { report.period.start.advanced(seconds: $0) }
        report.troubled = (0..<situation.failing).map {
            SampleReports.failing(
                SampleReports.line("Endpoint \($0)", Tally(), id: "IN_\($0)"),
                since: report.period.start)
        }
        if situation.late > 0 {
            report.corrections = Corrections(
                period: report.period, reported: Tally(delivered: 5),
                now: Tally(delivered: 5, failed: situation.late - situation.late / 3))
            report.earlierCorrections = [
                Corrections(
                    period: report.period, reported: Tally(delivered: 5, failed: 7),
                    now: Tally(delivered: 5, failed: 7 + situation.late / 3)),
                Corrections(
                    period: report.period, reported: Tally(failed: 9), now: Tally(delivered: 9)),
            ]
        }
        report.notes.disabled = (0..<situation.disabled).map {
            DisabledProfile(profileID: "IN_\($0)", title: nil, since: report.period.start)
        }
        return report
    }

    /// The text with plain spaces instead of no-break spaces.
    private func plain(_ text: String?) -> String? { text?.replacing("\u{A0}", with: " ") }

    @Test(arguments: situations)
    func `label, headline, subject and summary describe the result`(situation: Situation) throws {
        let verdict = try Verdict(report(situation))
        #expect(verdict.label == situation.label)
        #expect(plain(verdict.headline) == situation.headline)
        #expect(plain(verdict.subject) == situation.subject)
        #expect(plain(verdict.summary) == situation.summary)
    }

    @Test(arguments: situations)
    func `no part of the report claims success after a failure`(
        situation: Situation
    ) throws {
        let report = try report(situation)
        let mail = try Renderer().mail(report)
        for text in [mail.subject, mail.text, mail.html] {
            let plain = text.replacing("\u{A0}", with: " ")
            let saysWell = ["All good", "All delivered", "No failures"].contains(
                where: plain.contains)
            #expect(!saysWell || situation.label == "All good")
            #expect(situation.totals.retrying == 0 || !plain.contains(" 100 %"), "\(plain)")
        }
    }
}
