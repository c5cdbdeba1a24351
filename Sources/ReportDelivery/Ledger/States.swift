/// How it stands with the mail of a report to one recipient; the raw values are stored.
package enum DeliveryState: String, Sendable, CaseIterable {
    /// Not tried yet.
    case pending
    /// A run is at it; its lease says until when.
    case sending
    /// The server took it.
    case accepted
    /// Refused for now; a later run tries again.
    case deferred
    /// Refused for good.
    case rejected
    /// The server may have taken it; a later run sends the same bytes once more.
    case uncertain
    /// Given up after having been tried for as long as is of use.
    case expired
    /// Its address was removed from the configuration while it waited.
    case removed

    /// Whether nothing more will be done.
    package var isFinal: Bool {
        switch self {
        case .accepted, .rejected, .expired, .removed: true
        case .pending, .sending, .deferred, .uncertain: false
        }
    }
}

/// How it stands with a report, by its deliveries.
package enum ReportState: String, Sendable {
    /// Some delivery is not over.
    case waiting
    /// All recipients' servers took it.
    case sent
    /// Some did, others never will.
    case partial
    /// All refused it for good.
    case failed
    /// Nobody's server took it in time.
    case expired
    /// It was never to be sent: missed too long ago, or empty.
    case skipped

    init(of deliveries: [DeliveryState]) {
        // Nobody is to get those.
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
