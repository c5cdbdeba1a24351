import CivilTime
import SQL
import StorageErrors

/// Finds the attempts at a callback by the hash of its ID, in logs of any size.
///
/// This is a log-structured merge tree (O'Neil et al. 1996). Each transaction adds its entries as
/// one sorted segment, and eight segments of similar size are merged. Filters keep lookups of new
/// callbacks, which are most lookups, from reading entries. Unlike a B-tree by ID, the cost does
/// not depend on the order of IDs, because nothing is written in the middle of existing data.
struct CallbackIndex {
    let database: Database

    /// Returns all segments, in any order.
    func runs() throws(StorageError) -> [IndexSegment] {
        let runs = try database.rows("SELECT segment, count, filters, pages FROM callback_segments")
        {
            IndexSegment(
                number: $0.integer(0), count: $0.int(1), parts: $0.int(2), pages: $0.int(3))
        }
        guard runs.allSatisfy(\.isPlausible) else {
            throw .corrupt(
                at: database.path, "a row of the callback index cannot be read",
                remedy: "run 'callback-reports verify --repair'")
        }
        return runs
    }

    /// Returns the entries of hashes, in order.
    ///
    /// - Parameters:
    ///   - hashes: The hashes, in ascending order.
    ///   - others: Sorted entries that are not in the index yet and are treated as part of it.
    func entries(
        of hashes: [UInt64], and others: [IndexEntry] = []
    ) throws(StorageError) -> [IndexEntry] {
        var found = others.matches(of: hashes)
        let reader = try SegmentReader(database)
        for run in try runs() {
            try reader.find(hashes, in: run, into: &found)
        }
        found.sort()
        return found
    }

    /// Adds sorted entries as a segment, and merges segments if necessary.
    ///
    /// - Parameters:
    ///   - entries: The entries, ordered by hash.
    ///   - limit: The prune limit. Merging deletes the entries of attempts that were pruned
    ///     before it.
    func add(_ entries: [IndexEntry], notBefore limit: Instant?) throws(StorageError) {
        guard !entries.isEmpty else { return }
        var runs = try runs()
        let next = (runs.map(\.number).max() ?? 0) + 1
        var writer = try SegmentWriter(
            database, run: IndexSegment(number: next, count: entries.count))
        for entry in entries { try writer.add(entry) }
        if let run = try writer.finish() { runs.append(run) }
        try mergeRuns(runs, notBefore: limit)
    }

    private func mergeRuns(
        _ all: [IndexSegment], notBefore limit: Instant?
    ) throws(StorageError) {
        var runs = all
        while let due = Self.dueForMerge(runs) {
            let next = (runs.map(\.number).max() ?? 0) + 1
            let merged = try merge(due, into: next, notBefore: limit)
            runs.removeAll { due.contains($0) }
            if let merged { runs.append(merged) }
        }
    }

    private static func dueForMerge(_ runs: [IndexSegment]) -> [IndexSegment]? {
        Dictionary(grouping: runs.filter(\.isMergeable), by: \.size).values
            .filter { $0.count >= IndexSegment.fanIn }.min { $0[0].size < $1[0].size }
    }

    private func merge(
        _ runs: [IndexSegment], into number: Int64, notBefore limit: Instant?
    ) throws(StorageError) -> IndexSegment? {
        let kept = try KeptEntries(database, from: limit.map(AttemptRowID.first) ?? .min)
        let count = runs.reduce(0) { $0 + $1.count }
        var writer = try SegmentWriter(database, run: IndexSegment(number: number, count: count))
        var merge = try SegmentMerger(runs, of: database)
        while let entry = try merge.next() {
            if try kept.contain(entry) { try writer.add(entry) }
        }
        for run in runs { try drop(run) }
        return try writer.finish()
    }

    func drop(_ run: IndexSegment) throws(StorageError) {
        let keys: [Value] = [.integer(run.keys.lowerBound), .integer(run.keys.upperBound)]
        try database.execute("DELETE FROM segment_entries WHERE key BETWEEN ? AND ?", keys)
        try database.execute("DELETE FROM segment_filters WHERE key BETWEEN ? AND ?", keys)
        try database.execute(
            "DELETE FROM callback_segments WHERE segment = ?", [.integer(run.number)])
    }
}

extension CallbackIndex {
    /// Deletes the entries of pruned attempts before a row, in small transactions. Entries of
    /// attempts that pruning kept remain.
    func drop(before place: Int64) throws(StorageError) {
        let kept = try KeptEntries(database, from: place)
        for run in try runs() {
            var rest: ClosedRange<Int64>? = run.pageKeys
            while let keys = rest {
                rest = try database.transaction { () throws(StorageError) in
                    let pages = try pages(in: keys)
                    try rewrite(pages, of: run) { (entry) throws(StorageError) in
                        try kept.contain(entry)
                    }
                    return pages.last.flatMap {
                        $0 < keys.upperBound ? $0 + 1...keys.upperBound : nil
                    }
                }
                database.yieldWriteLock(.long)
            }
        }
    }

    /// Returns the keys of the first pages in a range. A damaged segment can claim to have millions
    /// of pages that do not exist.
    private func pages(in keys: ClosedRange<Int64>) throws(StorageError) -> [Int64] {
        try database.rows(
            """
            SELECT key FROM segment_entries WHERE key BETWEEN ? AND ?
            ORDER BY key LIMIT \(Self.pagesAtOnce)
            """, [.integer(keys.lowerBound), .integer(keys.upperBound)]
        ) { $0.integer(0) }
    }

    private static let pagesAtOnce = 128

    /// Deletes the entry of one attempt.
    func remove(_ entry: IndexEntry) throws(StorageError) {
        for run in try runs() {
            let key = run.page(of: entry.hash)
            try rewrite([key], of: run) { $0 != entry }
        }
    }

    /// Keeps only some entries of the pages. Their filters stay, and may return more false
    /// positives.
    private func rewrite(
        _ keys: [Int64], of run: IndexSegment,
        _ isKept: (IndexEntry) throws(StorageError) -> Bool
    ) throws(StorageError) {
        let reader = try SegmentReader(database)
        var dropped = 0
        for key in keys {
            let entries = try reader.entries(at: key)
            var kept: [IndexEntry] = []
            for entry in entries where try isKept(entry) { kept.append(entry) }
            if kept.count == entries.count { continue }
            try write(kept, at: key)
            dropped += entries.count - kept.count
        }
        if dropped > 0 { try count(less: dropped, in: run) }
    }

    private func write(_ entries: [IndexEntry], at key: Int64) throws(StorageError) {
        guard entries.isEmpty else {
            return try database.execute(
                "UPDATE segment_entries SET entries = ? WHERE key = ?",
                [.blob(entries.encoded()), .integer(key)])
        }
        try database.execute("DELETE FROM segment_entries WHERE key = ?", [.integer(key)])
    }

    private func count(less dropped: Int, in run: IndexSegment) throws(StorageError) {
        let number = Value.integer(run.number)
        try database.execute(
            "UPDATE callback_segments SET count = count - ? WHERE segment = ?",
            [Value(dropped), number])
        let left = try database.integer(
            "SELECT count FROM callback_segments WHERE segment = ?", [number])
        if left == 0 { try drop(run) }
    }
}

/// Determines which entries remain after pruning: those whose attempts remain.
struct KeptEntries: ~Copyable {
    /// The first row ID that was not pruned.
    private let first: Int64
    /// Looks up a row in the pruned part, or `nil` if that part is empty, as usual.
    private let find: Statement?

    init(_ database: Database, from first: Int64) throws(StorageError) {
        let isEmpty =
            try database.integer(
                "SELECT NOT EXISTS(SELECT 1 FROM attempts WHERE place < ?)", [.integer(first)]) == 1
        let find =
            isEmpty ? nil : try database.prepare("SELECT 1 FROM attempts WHERE place = ?")
        self.first = first
        self.find = find
    }

    func contain(_ entry: IndexEntry) throws(StorageError) -> Bool {
        guard entry.place < first else { return true }
        switch find {
        case .none: return false
        case .some(let find):
            find.bind(entry.place, at: 1)
            defer { find.reset() }
            return try find.step()
        }
    }
}

extension CallbackIndex {
    /// Builds the index of a file whose hashes had no key yet, one segment per transaction.
    ///
    /// - Parameters:
    ///   - count: The number of attempts per transaction.
    ///   - progress: See ``PendingBuild``.
    func buildWherePending(
        atOnce count: Int = PendingBuild.usualCount, progress: (Double) -> Void
    ) throws(StorageError) {
        try build.run(atOnce: count, progress: progress, addSegment)
    }

    /// Rebuilds the whole index from the attempts. Must be called within a transaction.
    func rebuild() throws(StorageError) {
        for table in ["callback_segments", "segment_filters", "segment_entries"] {
            try database.execute("DELETE FROM \(table)")
        }
        try CallbackHasher.makeKeyWhereMissing(in: database)
        try build.runAll(addSegment)
    }

    private var build: PendingBuild { PendingBuild(name: "callback index", database: database) }

    /// Adds a segment of `count` attempts, starting at a row ID.
    ///
    /// - Returns: The row ID of the last one; nil if fewer were left.
    private func addSegment(from place: Int64, _ count: Int) throws(StorageError) -> Int64? {
        let hasher = try CallbackHasher(database)
        let attempts = try database.prepare(
            """
            SELECT company, callback_id, place FROM attempts WHERE place >= ?
            ORDER BY place LIMIT ?
            """)
        attempts.bind([.integer(place), Value(count)])
        var entries: [IndexEntry] = []
        while try attempts.step() {
            let hash = hasher.hash(of: attempts.text(1), company: attempts.integer(0))
            entries.append(IndexEntry(hash: hash, place: attempts.integer(2)))
        }
        let last = entries.last?.place
        entries.sort()
        try add(entries, notBefore: nil)
        return entries.count == count ? last : nil
    }
}
