package import CivilTime

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
