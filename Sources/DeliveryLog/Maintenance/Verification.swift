package import CivilTime

/// A bucket whose kept counts differ from a recount of the attempts.
package struct Difference: Hashable, Sendable {
    package var company: String
    /// The start of the bucket, UTC.
    package var start: Instant
    /// Whether it is a whole day, else a quarter hour.
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

/// What recounting the log found.
package struct Verification: Sendable {
    package var attempts = 0
    package var callbacks = 0
    package var buckets = 0
    /// The kept counts that are wrong; where only details differ, both tallies are equal.
    package var differences: [Difference] = []
    /// What SQLite's own check said of the file, and rows whose values or references cannot be;
    /// empty when it is sound.
    package private(set) var damage: [String] = []
    /// How many more there are.
    package private(set) var moreDamage = 0
    /// Whether every callback has one latest attempt, the right one, and is found by its id.
    package var latestAreRight = true
    /// Whether the quarter hours in which endpoints had attempts are all marked.
    package var endpointsAreMarked = true

    package init() {}

    /// Keeps the first ones, which show the kind of damage.
    package mutating func note(_ damage: String) {
        if self.damage.count < 20 { self.damage.append(damage) } else { moreDamage += 1 }
    }

    package var isGood: Bool {
        differences.isEmpty && damage.isEmpty && latestAreRight && endpointsAreMarked
    }
}
