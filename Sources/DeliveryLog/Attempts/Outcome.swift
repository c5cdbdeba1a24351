/// How an attempt ended. The raw values are stored.
///
/// If two records of one attempt disagree, the higher raw value takes precedence.
package enum Outcome: Int, CaseIterable, Sendable {
    /// The attempt failed, and another attempt follows.
    case retrying = 0
    /// The attempt failed permanently.
    case failed = 1
    case delivered = 2

    /// The raw values that are valid in tables.
    package static let stored: ClosedRange<Int64> = 0...2

    /// The name in logs.
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
