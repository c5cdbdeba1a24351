package import CivilTime

/// A report in the ledger.
package struct ReportEntry: Sendable {
    package var id: Int64
    package var company: String
    package var frequency: Frequency
    package var period: Period
    /// The number within the series, starting at 1; nil if the report was skipped.
    package var number: Int?
    package var state: ReportState
    /// The reason, if the report was skipped.
    package var skipped: String?
    /// The name of the company's time zone when the report was claimed.
    package var timeZone: String
    package var claimedAt: Instant
    package var deliveries: [DeliveryEntry]
}

/// A report's email to one recipient.
package struct DeliveryEntry: Sendable {
    package var id: Int64
    package var address: String
    package var state: DeliveryState
    package var attempts: Int
    /// The last response of the server, or another reason for the state.
    package var reply: String?
    package var messageID: String
    /// When the next attempt is due, or when the lease ends if a run is sending the mail.
    package var nextAttempt: Instant?
    package var firstAttempt: Instant?
}
