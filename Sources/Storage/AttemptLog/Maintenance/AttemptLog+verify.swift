import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Recounts the log from its attempts, and compares the result with the stored counts.
    ///
    /// The attempts are read once in the order of their table, and their index once in its own
    /// order. Neither is held in memory. Buckets from before the pruning limit have no attempts to
    /// compare with.
    ///
    /// - Parameter progress: Called regularly with the number of attempts read.
    /// - Returns: The counts and problems that were found.
    package func verify(progress: (Int) -> Void = { _ in }) throws(StorageError) -> Verification {
        try database.transaction(.read) { () throws(StorageError) in
            var result = Verification()
            for line in try database.rows("PRAGMA integrity_check(20)", [], { $0.text(0) })
            where line != "ok" {
                result.note(line)
            }
            try ReferenceCheck(database: database).run(&result)
            let limit = try prunedBefore() ?? Instant(milliseconds: 0)
            try PrunedCountsCheck(database: database, limit: BucketSize.day.start(of: limit)).run(
                &result)
            var recount = try Recount(self, from: limit, hasher(&result))
            try recount.run(&result, progress: progress)
            let index = IndexCheck(database: database, from: AttemptRowID.first(at: limit))
            let isFound = try index.isGood(sum: recount.sumOfEntries)
            let isMarked = try SupersessionCheck(database: database).isGood()
            result.latestAreRight = isFound && isMarked
            result.endpointsAreMarked = recount.isMarked
            return result
        }
    }

    /// The hashes of the index; another one, which finds nothing, where its key is damaged.
    private func hasher(_ result: inout Verification) throws(StorageError) -> CallbackHasher {
        if let hasher = try CallbackHasher.stored(in: database) { return hasher }
        result.note("index_key, row 1: the key of the index of callbacks is missing or damaged")
        return CallbackHasher(key: SipHash.Key(first: 0, second: 0))
    }
}
