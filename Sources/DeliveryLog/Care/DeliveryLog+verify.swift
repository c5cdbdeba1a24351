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
    /// What SQLite's own check said of the file; empty when it is sound.
    package var damage: [String] = []
    /// Whether every callback has one latest attempt, the right one.
    package var latestAreRight = true

    package var isGood: Bool { differences.isEmpty && damage.isEmpty && latestAreRight }
}

extension DeliveryLog {
    /// Recounts the log from its attempts and compares with the kept counts.
    ///
    /// Buckets from before the pruning limit have no attempts left to compare with.
    ///
    /// - Parameter progress: called now and then with the number of attempts seen.
    package func verify(progress: (Int) -> Void = { _ in }) throws(DatabaseError) -> Verification {
        try database.transaction(.read) { () throws(DatabaseError) in
            var result = Verification()
            result.damage = try database.rows("PRAGMA integrity_check(20)", [], { $0.text(0) })
                .filter { $0 != "ok" }
            result.latestAreRight = try checkLatest()
            for company in try database.rows(
                "SELECT id, sid FROM companies", [],
                {
                    ($0.integer(0), $0.text(1))
                })
            {
                var recount = Recount(log: self, company: company.0, sid: company.1)
                try recount.run(&result, progress: progress)
            }
            return result
        }
    }

    /// Whether the attempts marked as latest are those with the highest rank of their callback.
    ///
    /// Both sets are walked in an order of their own and compared by the sum of a hash of each
    /// member, so that neither is ever held in memory.
    private func checkLatest() throws(DatabaseError) -> Bool {
        try hashOfMarked() == hashOfHighest()
    }

    private func hashOfMarked() throws(DatabaseError) -> UInt64 {
        var sum: UInt64 = 0
        let marked = try database.prepare(
            "SELECT company, callback_id, attempt, finished_at FROM attempts WHERE superseded = 0")
        while try marked.step() { sum &+= hash(marked) }
        return sum
    }

    private func hashOfHighest() throws(DatabaseError) -> UInt64 {
        var sum: UInt64 = 0
        var last: (company: Int64, callbackID: String, hash: UInt64)?
        let ordered = try database.prepare(
            """
            SELECT company, callback_id, attempt, finished_at
            FROM attempts INDEXED BY attempts_by_callback
            ORDER BY company, callback_id, attempt, finished_at
            """)
        while try ordered.step() {
            let next = (ordered.integer(0), ordered.text(1), hash(ordered))
            if let last, (last.company, last.callbackID) != (next.0, next.1) {
                sum &+= last.hash
            }
            last = next
        }
        return sum &+ (last?.hash ?? 0)
    }

    private func hash(_ row: borrowing Statement) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(row.integer(0))
        hasher.combine(row.text(1))
        hasher.combine(row.integer(2))
        hasher.combine(row.integer(3))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
