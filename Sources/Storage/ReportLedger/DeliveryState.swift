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
