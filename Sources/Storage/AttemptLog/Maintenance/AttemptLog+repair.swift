import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Rebuilds everything that is derived from the attempts: the latest attempt of each callback,
    /// the callback index, the counts, the marks of endpoints, and the checksums. The attempts are
    /// taken as they are, even if something changed them.
    ///
    /// Counts from before the pruning limit are kept, because their attempts are deleted. The
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
        var attempts: [String: [StoredAttempt]] = [:]
        for entry in entries {
            find.bind(entry.place, at: 1)
            if try find.step() {
                let attempt = StoredAttempt(row: find)
                attempts["\(attempt.route.company) \(attempt.callbackID)", default: []]
                    .append(attempt)
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

    /// Recounts the latest attempts from the pruning limit on.
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
