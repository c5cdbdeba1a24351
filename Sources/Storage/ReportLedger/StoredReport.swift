package import CivilTime
package import DeliveryLog

/// A report as it was when it was claimed. Nothing in it changes later.
package struct StoredReport {
    package struct RecipientMessage {
        package var target: DeliveryTarget
        package var messageID: String
        /// The header lines of an email, including the empty line that ends them, or the complete
        /// message of another channel.
        package var header: [UInt8]

        package init(_ target: DeliveryTarget, messageID: String, header: [UInt8]) {
            self.target = target
            self.messageID = messageID
            self.header = header
        }
    }

    /// The callbacks at the end of the period; nil for alerts.
    package var standing: Standing?
    /// Earlier periods in the state that this report describes, if it differs from what their
    /// reports were based on.
    package var revised: [ReportedPeriod]
    /// The formats that can be shown again but are not part of the emails.
    package var forms: [ReportForm: String]
    /// The address that receives bounces.
    package var sender: String
    /// The bytes after the header, the same in every message.
    package var body: [UInt8]
    package var messages: [RecipientMessage]

    package init(
        standing: Standing?, revised: [ReportedPeriod] = [], forms: [ReportForm: String],
        sender: String, body: [UInt8], messages: [RecipientMessage]
    ) {
        self.standing = standing
        self.revised = revised
        self.forms = forms
        self.sender = sender
        self.body = body
        self.messages = messages
    }
}

/// The text formats of a report.
package enum ReportForm: String, CaseIterable, Sendable {
    case text
    case html
    case json
    case csv
}

/// Identifies a report to claim, with its period.
package struct ReportKey {
    package var company: String
    package var frequency: Frequency
    package var occurrence: Instant
    package var period: Period
    /// The name of the company's time zone.
    package var timeZone: String

    package init(
        company: String, frequency: Frequency, occurrence: Instant, period: Period,
        timeZone: String
    ) {
        self.company = company
        self.frequency = frequency
        self.occurrence = occurrence
        self.period = period
        self.timeZone = timeZone
    }
}
