import CivilTime
import DeliveryLog
import Scheduling

/// A report as it was when it was claimed. Nothing in it changes later.
struct StoredReport {
    struct RecipientMessage {
        var address: String
        var messageID: String
        /// The header lines, including the empty line that ends them.
        var header: [UInt8]
    }

    /// The numbers of callbacks by state at the end of the period.
    var standing: Tally
    /// The formats that can be shown again but are not part of the emails.
    var forms: [ReportForm: String]
    /// The address that receives bounces.
    var sender: String
    /// The bytes after the header, the same in every message.
    var body: [UInt8]
    var messages: [RecipientMessage]
}

/// The text formats of a report.
package enum ReportForm: String, CaseIterable, Sendable {
    case text
    case html
    case json
    case csv
}

/// Identifies a report to claim, with its period.
struct ReportKey {
    var company: String
    var frequency: Frequency
    var occurrence: Instant
    var period: Period
    /// The name of the company's time zone.
    var timeZone: String
}
