package import CivilTime

/// The order of the attempts of one callback: by number, then by the time they finished.
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

/// What an attempt is among those of its callback; the raw values are stored.
package enum Supersession: Int {
    /// No other attempt is known.
    case only = 0
    /// Another one has a higher rank.
    case superseded = 1
    /// It has the highest rank of several.
    case latest = 2
}
