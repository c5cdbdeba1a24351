/// How an attempt ended; the raw values are stored.
///
/// Where two records of one attempt disagree, the higher raw value wins.
package enum Outcome: Int, CaseIterable, Sendable {
    /// It failed and another attempt will follow.
    case retrying = 0
    /// It failed for good.
    case failed = 1
    case delivered = 2

    /// The raw values that tables have.
    package static let stored: ClosedRange<Int64> = 0...2

    /// The word that logs use.
    package var name: String {
        switch self {
        case .retrying: "retrying"
        case .failed: "failed"
        case .delivered: "delivered"
        }
    }

    package init?(name: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}
