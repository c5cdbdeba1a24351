package import CivilTime
package import Scheduling

/// A report as the ledger has it.
package struct ReportEntry: Sendable {
    package var id: Int64
    package var company: String
    package var frequency: Frequency
    package var period: Period
    /// Counted from 1 in its series; nil for one that was skipped.
    package var number: Int?
    package var state: ReportState
    /// Why it was skipped.
    package var skipped: String?
    /// Name of the company's zone when the report was claimed.
    package var timeZone: String
    package var claimedAt: Instant
    package var deliveries: [DeliveryEntry]
}

/// The mail of a report to one recipient, as the ledger has it.
package struct DeliveryEntry: Sendable {
    package var id: Int64
    package var address: String
    package var state: DeliveryState
    package var attempts: Int
    /// The last answer of the server, or what else happened.
    package var reply: String?
    package var messageID: String
    /// When it is tried next, or until when the run that is at it has its lease.
    package var nextAttempt: Instant?
    package var firstAttempt: Instant?
}
