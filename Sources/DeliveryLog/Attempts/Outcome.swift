package import CivilTime

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

/// The result of recording an attempt.
package enum RecordResult: Hashable, Sendable {
    /// The attempt is new.
    case added
    /// The attempt is a duplicate. Nothing changed.
    case known
    /// The log contained the attempt with other values, which the new record replaced.
    case corrected
    /// The attempt finished before the pruning limit.
    case refused
}

/// The order of the attempts at one callback: by number, then by finishing time.
package struct AttemptRank: Hashable, Comparable {
    package var number: Int
    package var finishedAt: Instant

    package init(number: Int, finishedAt: Instant) {
        self.number = number
        self.finishedAt = finishedAt
    }

    package static func < (left: AttemptRank, right: AttemptRank) -> Bool {
        (left.number, left.finishedAt) < (right.number, right.finishedAt)
    }
}

/// The position of an attempt among the attempts at its callback. The raw values are stored.
package enum Supersession: Int {
    /// The only known attempt.
    case only = 0
    /// Another attempt has a higher rank.
    case superseded = 1
    /// The attempt with the highest rank of several.
    case latest = 2
}
