import CivilTime
import DeliveryLog
import Reporting
import Settings

/// What becomes of a due report, as the database stood when it was asked.
struct Draft: Sendable {
    enum Content: Sendable {
        /// It is passed over.
        case skipped(reason: String, standing: Tally?)
        case report(Report, number: Int, standing: Tally)
    }

    var claim: ReportKey
    var subject: RunEvent.Subject
    var settings: ReportSettings
    /// When the database was asked: what happens later is for the next report.
    var time: Instant
    var content: Content

    var series: SeriesKey { SeriesKey(company: claim.company, frequency: claim.frequency) }

    /// The same with its mails, whose making takes most of the time.
    func made(by composer: MailComposer) -> PreparedReport {
        guard case .report(let report, _, let standing) = content else {
            return PreparedReport(draft: self, frozen: nil)
        }
        let frozen = Result {
            try composer.freeze(report, for: settings, standing: standing, at: time)
        }
        return PreparedReport(draft: self, frozen: frozen)
    }
}

/// A draft with its mails.
struct PreparedReport: Sendable {
    var draft: Draft
    /// nil for one that is skipped.
    var frozen: Result<StoredReport, any Error>?
}
