import CivilTime
import DeliveryLog
import Scheduling

/// A report as it was when it was claimed: nothing of it is made anew later.
struct StoredReport {
    struct RecipientMessage {
        var address: String
        var messageID: String
        /// The lines of the header with the empty line after them.
        var header: [UInt8]
    }

    /// The callbacks as they stood at the end of the period.
    var standing: Tally
    /// The forms that are shown again and are no part of the mails.
    var forms: [ReportForm: String]
    /// The address that bounces go to.
    var sender: String
    /// What follows the header of every letter.
    var body: [UInt8]
    var letters: [RecipientMessage]
}

/// The forms of a report that are text; the whole mail is the fifth.
package enum ReportForm: String, CaseIterable, Sendable {
    case text
    case html
    case json
    case csv
}

/// What a claim is for.
struct ReportKey {
    var company: String
    var frequency: Frequency
    var occurrence: Instant
    var period: Period
    /// Name of the company's zone.
    var timeZone: String
}
