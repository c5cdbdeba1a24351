import CivilTime
import DeliveryLog
import Reporting
import Settings
import Storage

/// The content of a due report, read from one snapshot of the database.
struct Draft: Sendable {
    enum Content: Sendable {
        /// The report is not sent.
        case skipped(reason: String, standing: Tally?)
        case report(Report, number: Int, standing: Tally)
    }

    var claim: ReportKey
    var subject: RunEvent.Subject
    var settings: ReportSettings
    /// When the snapshot was read. Later changes belong to the next report.
    var time: Instant
    var content: Content

    var series: SeriesKey { SeriesKey(company: claim.company, frequency: claim.frequency) }

    /// Returns the draft with its emails. This is the slowest step of preparing a report.
    func prepared(by composer: MailComposer) -> PreparedReport {
        guard case .report(let report, _, let standing) = content else {
            return PreparedReport(draft: self, stored: nil)
        }
        let stored = Result {
            try composer.storedReport(report, for: settings, standing: standing, at: time)
        }
        return PreparedReport(draft: self, stored: stored)
    }
}

/// A draft with its emails.
struct PreparedReport: Sendable {
    var draft: Draft
    /// The emails, or the error that kept them from being prepared; nil if the report is skipped.
    var stored: Result<StoredReport, any Error>?
}
