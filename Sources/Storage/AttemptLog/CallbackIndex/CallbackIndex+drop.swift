import SQL
import StorageErrors

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
