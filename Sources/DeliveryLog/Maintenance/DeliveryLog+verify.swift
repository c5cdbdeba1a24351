package import CivilTime
package import SQLite

/// A bucket whose kept counts differ from a recount of the attempts.
package struct Difference: Hashable, Sendable {
    package var company: String
    /// The start of the bucket, UTC.
    package var start: Instant
    /// Whether it is a whole day, else a quarter hour.
    package var isDay: Bool
    package var kept: Tally
    package var recounted: Tally
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

    /// Keeps the first ones, which show the kind of damage.
    mutating func note(_ damage: String) {
        if self.damage.count < 20 { self.damage.append(damage) } else { moreDamage += 1 }
    }

    package var isGood: Bool {
        differences.isEmpty && damage.isEmpty && latestAreRight && endpointsAreMarked
    }
}

extension DeliveryLog {
    /// Recounts the log from its attempts and compares with the kept counts.
    ///
    /// The attempts are read once, in the order of their table, and their index once, in its own;
    /// neither is ever held in memory. Buckets from before the pruning limit have no attempts
    /// left to compare with.
    ///
    /// - Parameter progress: called now and then with the number of attempts seen.
    package func verify(progress: (Int) -> Void = { _ in }) throws(DatabaseError) -> Verification {
        try database.transaction(.read) { () throws(DatabaseError) in
            var result = Verification()
            for line in try database.rows("PRAGMA integrity_check(20)", [], { $0.text(0) })
            where line != "ok" {
                result.note(line)
            }
            try ReferenceCheck(database: database).run(&result)
            let limit = try prunedBefore() ?? Instant(milliseconds: 0)
            try PrunedCountsCheck(database: database, limit: BucketSize.day.start(of: limit)).run(
                &result)
            var recount = try Recount(self, from: limit)
            try recount.run(&result, progress: progress)
            let index = IndexCheck(database: database, from: AttemptRowID.first(at: limit))
            let isFound = try index.isGood(sum: recount.sumOfEntries)
            let isMarked = try SupersessionCheck(database: database).isGood()
            result.latestAreRight = isFound && isMarked
            result.endpointsAreMarked = recount.isMarked
            return result
        }
    }
}
