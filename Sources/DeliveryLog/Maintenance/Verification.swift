package import CivilTime

/// A bucket whose stored counts differ from a recount of the attempts.
package struct Difference: Hashable, Sendable {
    package var company: String
    /// The start of the bucket in UTC.
    package var start: Instant
    /// Whether the bucket is a day. Otherwise it is a quarter hour.
    package var isDay: Bool
    package var kept: Tally
    package var recounted: Tally

    package init(company: String, start: Instant, isDay: Bool, kept: Tally, recounted: Tally) {
        self.company = company
        self.start = start
        self.isDay = isDay
        self.kept = kept
        self.recounted = recounted
    }
}

/// The result of verifying the log.
package struct Verification: Sendable {
    package var attempts = 0
    package var callbacks = 0
    package var buckets = 0
    /// The buckets with wrong counts. If only details differ, both tallies are equal.
    package var differences: [Difference] = []
    /// The results of SQLite's integrity check, and rows with invalid values or references. Empty
    /// if the file is sound.
    package private(set) var damage: [String] = []
    /// The start of each quarter hour in which another program changed or deleted attempts.
    package var changedQuarters: [Instant] = []
    /// The number of further problems.
    package private(set) var moreDamage = 0
    /// Whether every callback has exactly one latest attempt, the right one, and the index finds
    /// it.
    package var latestAreRight = true
    /// Whether all quarter hours in which endpoints had attempts are marked.
    package var endpointsAreMarked = true

    package init() {}

    /// Records a problem. Only the first ones are kept, which show the kind of damage.
    package mutating func note(_ damage: String) {
        if self.damage.count < 20 { self.damage.append(damage) } else { moreDamage += 1 }
    }

    /// The number of callbacks that the changed quarter hours lack compared with the stored counts.
    package var missingCallbacks: Int {
        let changed = Set(changedQuarters)
        return differences.filter { !$0.isDay && changed.contains($0.start) }.reduce(0) {
            $0 + max(0, $1.kept.callbacks - $1.recounted.callbacks)
        }
    }

    package var isGood: Bool {
        differences.isEmpty && damage.isEmpty && latestAreRight && endpointsAreMarked
    }
}

/// The result of pruning the log.
package struct Pruned: Hashable, Sendable {
    /// The number of deleted attempts.
    package var attempts = 0
    /// The number of older callbacks that were kept, because they have not finished or the gateway
    /// can send them again.
    package var kept = 0

    package init(attempts: Int = 0, kept: Int = 0) {
        self.attempts = attempts
        self.kept = kept
    }
}
