package import Alerts
package import CivilTime

/// What an entry of the ledger contains. The raw values are stored.
package enum EntryKind: Hashable, Sendable, RawRepresentable {
    /// A scheduled report.
    case report(Frequency)
    case alert(AlertKind)

    package init?(rawValue: String) {
        if let frequency = Frequency(rawValue: rawValue) {
            self = .report(frequency)
        } else if let alert = AlertKind(rawValue: rawValue) {
            self = .alert(alert)
        } else {
            return nil
        }
    }

    package var rawValue: String {
        switch self {
        case .report(let frequency): frequency.rawValue
        case .alert(let kind): kind.rawValue
        }
    }

    package var frequency: Frequency? {
        if case .report(let frequency) = self { frequency } else { nil }
    }

    /// The type in JSON forms: `report.daily` or `endpoint.failing`.
    package var type: String {
        switch self {
        case .report(let frequency): "report.\(frequency.rawValue)"
        case .alert(let kind): kind.rawValue
        }
    }

    /// A name for messages: `daily report` or `alert endpoint.failing`.
    package var name: String {
        switch self {
        case .report(let frequency): "\(frequency.rawValue) report"
        case .alert(let kind): "alert \(kind.rawValue)"
        }
    }
}

/// A report or an alert in the ledger.
package struct ReportEntry: Sendable {
    package var id: Int64
    package var company: String
    package var kind: EntryKind
    /// The covered period. The end is when a report was due, or when an alert was raised.
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
    /// The subject of an alert's emails; nil for reports.
    package var subject: String?
}

/// A report's email or message to one recipient.
package struct DeliveryEntry: Sendable {
    package var id: Int64
    package var target: DeliveryTarget
    package var state: DeliveryState
    package var attempts: Int
    /// The last response of the server, or another reason for the state.
    package var reply: String?
    package var messageID: String
    /// When the next attempt is due, or when the lease ends if a run is sending the mail.
    package var nextAttempt: Instant?
    package var firstAttempt: Instant?
}

/// The state of a report's email to one recipient. The raw values are stored in the database.
package enum DeliveryState: String, Sendable, CaseIterable {
    /// Not tried yet.
    case pending
    /// A run is sending the email until its lease ends.
    case sending
    /// Accepted by the recipient's server.
    case accepted
    /// Failed temporarily. A later run tries again.
    case deferred
    /// Rejected permanently.
    case rejected
    /// The server may have accepted the mail. A later run sends the same bytes again.
    case uncertain
    /// Abandoned because the report is no longer useful.
    case expired
    /// The address was removed from the configuration while the email waited.
    case removed

    /// Whether the state will not change any more.
    package var isFinal: Bool {
        switch self {
        case .accepted, .rejected, .expired, .removed: true
        case .pending, .sending, .deferred, .uncertain: false
        }
    }
}

/// The state of a report, derived from its deliveries.
package enum ReportState: String, Sendable {
    /// Some delivery is not finished.
    case waiting
    /// Accepted for all recipients.
    case sent
    /// Accepted for some recipients, failed permanently for the others.
    case partial
    /// Rejected for all recipients.
    case failed
    /// Accepted for no recipient; at least one email expired.
    case expired
    /// Not sent, because it was missed too long ago or empty.
    case skipped

    package init(of deliveries: [DeliveryState]) {
        // Removed recipients no longer count.
        let deliveries = deliveries.filter { $0 != .removed }
        if deliveries.isEmpty {
            self = .skipped
        } else if deliveries.contains(where: { !$0.isFinal }) {
            self = .waiting
        } else if deliveries.allSatisfy({ $0 == .accepted }) {
            self = .sent
        } else if deliveries.contains(.accepted) {
            self = .partial
        } else {
            self = deliveries.contains(.expired) ? .expired : .failed
        }
    }
}

/// Determines when and for how long to retry an email that could not be delivered.
package enum ReportRetryRule {
    /// Returns the time of the next attempt: 1, 2, 4, … up to 60 minutes after the last one.
    ///
    /// - Parameter attempts: The number of attempts so far.
    package static func nextAttempt(after attempts: Int, at now: Instant) -> Instant {
        let minutes = min(60, 1 << min(max(attempts - 1, 0), 6))
        return now.advanced(seconds: Int64(minutes) * 60)
    }

    /// The longest wait before the next attempt, in milliseconds.
    ///
    /// A longer wait was set by a clock that was ahead, so the email is due now. The extra five
    /// minutes allow for clock differences between hosts that share a database.
    package static let longestWait: Int64 = 65 * 60 * 1000

    /// The longest delay before the next attempt that a server can request, in seconds.
    package static let longestRequest: Int64 = 3_600

    /// Returns when to stop retrying: by then, the next report of a daily series is due, and an
    /// alert is no longer news.
    package static func expiry(of kind: EntryKind, from first: Instant) -> Instant {
        let hours: Int64 =
            switch kind {
            case .report(.daily), .alert: 24
            case .report(.weekly), .report(.monthly): 72
            }
        return first.advanced(seconds: hours * 3600)
    }

    /// How long a run owns a delivery before another run may take it over, in seconds.
    package static let leaseSeconds: Int64 = 15 * 60
}
