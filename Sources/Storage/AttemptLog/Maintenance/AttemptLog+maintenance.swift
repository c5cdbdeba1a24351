package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors
import TextSupport

/// Checks the callback index in one pass over its entries.
struct IndexCheck {
    let database: Database
    /// The first row ID that was not pruned.
    let limit: Int64

    init(database: Database, from limit: Int64) {
        self.database = database
        self.limit = limit
    }

    /// Returns whether the entries match the attempts, lookups find them, the segments have as many
    /// as they claim, and no callback that is marked as having one attempt has several.
    ///
    /// - Parameter sum: The expected sum of the hashes of the entries.
    func isGood(sum expected: Int) throws(StorageError) -> Bool {
        let runs = try CallbackIndex(database: database).runs()
        let required = try database.prepare(
            "SELECT 1 FROM attempts WHERE place = ? AND standing <> 1")
        var merge = try SegmentMerger(runs, of: database, isChecked: true)
        var sum = 0
        var last: UInt64?
        var places: [Int64] = []
        while let entry = try merge.next() {
            guard try isWanted(entry, required) else { continue }
            sum &+= entry.hashValue
            if entry.hash != last {
                guard try areApart(places) else { return false }
                places = []
            }
            last = entry.hash
            places.append(entry.place)
        }
        guard sum == expected, merge.areFound, merge.areCounted else { return false }
        return try areApart(places)
    }

    /// Returns whether an entry must exist. In the pruned part, only the kept latest attempts have
    /// entries.
    private func isWanted(
        _ entry: IndexEntry, _ required: borrowing Statement
    ) throws(StorageError) -> Bool {
        guard entry.place < limit else { return true }
        required.bind(entry.place, at: 1)
        defer { required.reset() }
        return try required.step()
    }

    /// Returns whether no attempt that is marked as the only one shares its callback with another.
    private func areApart(_ places: [Int64]) throws(StorageError) -> Bool {
        guard places.count > 1 else { return true }
        var ids: Set<ExactText> = []
        for place in places {
            let id = try database.row(
                "SELECT company || ' ' || callback_id, standing FROM attempts WHERE place = ?",
                [.integer(place)]
            ) { (text: $0.text(0), standing: $0.int(1)) }
            guard let id else { return false }
            if !ids.insert(ExactText(id.text)).inserted, id.standing == 0 { return false }
        }
        return true
    }
}

extension AttemptLog {
    /// Deletes callbacks whose latest attempt finished before a limit. Their counts are kept.
    ///
    /// Unfinished callbacks are kept, and callbacks that the gateway can still send again. Their next
    /// attempt must find the earlier ones, or the callback would be counted twice.
    ///
    /// The limit is rounded down to a UTC day. From then on, earlier records are rejected, so that
    /// nothing is counted twice. Callbacks are deleted in small transactions, so that other
    /// processes wait only briefly. Interrupted pruning continues when it is run again.
    ///
    /// - Parameters:
    ///   - limit: The time before which callbacks must have finished.
    ///   - progress: Called after each transaction with the number of attempts deleted so far.
    /// - Returns: The number of deleted attempts and kept callbacks.
    @discardableResult
    package func prune(
        before limit: Instant, progress: (Int) -> Void = { _ in }
    ) throws(StorageError) -> Pruned {
        let limit = BucketSize.day.start(of: limit)
        try raiseLimit(to: limit)
        let end = AttemptRowID.first(at: limit)
        var pruning = try Pruning(database, from: 0, to: end)
        while try database.transaction(.write, { () throws(StorageError) in try pruning.step() }) {
            progress(pruning.pruned.attempts)
            database.yieldWriteLock(.long)
        }
        try CallbackIndex(database: database).drop(before: end)
        let shared = SharedCallbackStore(database)
        while try shared.drop(before: limit) { database.yieldWriteLock(.long) }
        try DimensionPruning(database).run(before: limit)
        return pruning.pruned
    }

    private func raiseLimit(to limit: Instant) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO log_limit(id, pruned_before, copy) VALUES(1, ?1, ?1)
            ON CONFLICT(id) DO UPDATE SET (pruned_before, copy) = (?1, ?1) WHERE pruned_before < ?1
            """, [.integer(limit.milliseconds)])
    }
}

extension AttemptLog {
    /// Rebuilds everything that is derived from the attempts: the latest attempt of each callback,
    /// the callback index, the counts, the marks of endpoints, and the checksums. The attempts are
    /// taken as they are, even if something changed them.
    ///
    /// Counts from before the prune limit are kept, because their attempts are deleted. The
    /// repair is one transaction: other processes wait for it, and an interrupted repair changes
    /// nothing.
    ///
    /// - Throws: A ``StorageError`` if an attempt itself is damaged. Then nothing changes.
    package func repair() throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            let repair = LogRepair(log: self)
            try CallbackIndex(database: database).rebuild()
            try repair.findLatest()
            try repair.recount()
            try repair.markDimensions()
            try AttemptChecksums.rebuild(in: database)
            try EndpointBuild(database).markAll()
        }
    }
}

/// The steps of a repair, within one transaction.
struct LogRepair {
    let log: AttemptLog

    private var database: Database { log.database }

    /// Marks the attempt with the highest rank as the latest of its callback.
    func findLatest() throws(StorageError) {
        try database.execute(
            "UPDATE attempts SET standing = \(Supersession.only.rawValue) WHERE standing <> 0")
        let find = try database.prepare(StoredAttempt.query + " WHERE place = ?")
        var merge = try SegmentMerger(CallbackIndex(database: database).runs(), of: database)
        var group: [IndexEntry] = []
        while let entry = try merge.next() {
            if let last = group.last, last.hash != entry.hash {
                try mark(group, find)
                group = []
            }
            group.append(entry)
        }
        try mark(group, find)
    }

    /// Marks the attempts with one hash, which nearly always belong to one callback.
    private func mark(
        _ entries: [IndexEntry], _ find: borrowing Statement
    ) throws(StorageError) {
        guard entries.count > 1 else { return }
        var attempts: [ExactText: [StoredAttempt]] = [:]
        for entry in entries {
            find.bind(entry.place, at: 1)
            if try find.step() {
                let attempt = StoredAttempt(row: find)
                let callback = ExactText("\(attempt.route.company) \(attempt.callbackID)")
                attempts[callback, default: []].append(attempt)
            }
            find.reset()
        }
        for callback in attempts.values where callback.count > 1 { try mark(callback) }
    }

    private func mark(_ callback: [StoredAttempt]) throws(StorageError) {
        let sorted = callback.sorted { $0.rank < $1.rank }
        for (index, attempt) in sorted.enumerated() {
            let supersession = index == sorted.count - 1 ? Supersession.latest : .superseded
            try database.execute(
                "UPDATE attempts SET standing = ? WHERE place = ?",
                [Value(supersession.rawValue), .integer(attempt.place)])
        }
    }

    /// Marks all routes as used up to the last attempt, and the labels that are counted.
    func markDimensions() throws(StorageError) {
        try database.execute(
            """
            UPDATE routes SET last_day = max(0, last_day, (
                SELECT (ifnull(max(place), 0) >> 34) / 96 FROM attempts))
            """)
        try database.execute(
            """
            UPDATE labels SET is_counted = is_counted <> 0 OR id IN (
                SELECT channel FROM routes UNION SELECT origin FROM routes WHERE profile = 0)
            """)
    }

    /// Recounts the latest attempts from the prune limit on.
    func recount() throws(StorageError) {
        let limit = try log.prunedBefore() ?? Instant(milliseconds: 0)
        try database.execute(
            "DELETE FROM counts WHERE start >= ?", [.integer(limit.milliseconds)])
        let callbacks = try database.prepare(
            "\(StoredAttempt.query) WHERE standing <> 1 AND place >= ? ORDER BY place")
        callbacks.bind(AttemptRowID.first(at: limit), at: 1)
        var changes = CountChanges()
        var pending = 0
        while try callbacks.step() {
            changes.add(1, StoredAttempt(row: callbacks))
            pending += 1
            if pending == Self.chunk {
                try write(&changes)
                pending = 0
            }
        }
        try write(&changes)
    }

    /// The number of changes that are held in memory before they are written.
    private static let chunk = 200_000

    private func write(_ changes: inout CountChanges) throws(StorageError) {
        // All counts are marked afterwards.
        var activity = EndpointActivity()
        try changes.write(to: database, noting: &activity)
        changes = CountChanges()
    }
}

extension AttemptLog {
    /// Recounts the log from its attempts, and compares the result with the stored counts.
    ///
    /// The attempts are read once in the order of their table, and their index once in its own
    /// order. Neither is held in memory. Buckets from before the prune limit have no attempts to
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

    /// Returns the hasher of the index. If the key is damaged, returns a hasher that finds nothing.
    private func hasher(_ result: inout Verification) throws(StorageError) -> CallbackHasher {
        if let hasher = try CallbackHasher.stored(in: database) { return hasher }
        result.note("index_key, row 1: the key of the callback index is missing or damaged")
        return CallbackHasher(key: SipHash.Key(first: 0, second: 0))
    }
}
