import Addresses
import CivilTime
import DeliveryLog
import Mail
import Rendering
import Reporting
import Settings
import Storage

extension MailComposer {
    /// Returns everything that will be sent and shown of a report.
    func storedReport(
        _ report: Report, for settings: ReportSettings, standing: Tally, at now: Instant
    ) throws -> StoredReport {
        let rendered = try rendered(report)
        let mails = messages(
            of: report, as: rendered, to: settings.recipients, attachCSV: settings.attachCSV,
            date: now)
        // The emails differ only in their headers.
        let content = try MessageContent(
            text: rendered.text, html: rendered.html,
            attachment: settings.attachCSV ? attachment(report) : nil)
        let messages = try mails.map { mail in
            StoredReport.RecipientMessage(
                address: mail.to.address, messageID: mail.messageID,
                header: try mail.header(of: content))
        }
        return StoredReport(
            standing: standing,
            forms: [.json: report.json, .csv: report.csv], sender: mail.from.address,
            body: content.bytes, messages: messages)
    }
}
