import SQLite

extension CallbackIndex {
    /// Drops the entries of a stretch of the table that was pruned, in small transactions.
    func drop(before place: Int64) throws(DatabaseError) {
        for run in try runs() {
            var key = run.pageKeys.lowerBound
            while key <= run.pageKeys.upperBound {
                let last = min(key + Self.pagesAtOnce - 1, run.pageKeys.upperBound)
                try database.transaction { () throws(DatabaseError) in
                    try rewrite(key...last, of: run) { $0.place >= place }
                }
                key = last + 1
                database.letOthersWrite(.long)
            }
        }
    }

    private static let pagesAtOnce: Int64 = 128

    /// Takes out the entry of one attempt.
    func remove(_ entry: IndexEntry) throws(DatabaseError) {
        for run in try runs() {
            let key = run.page(of: entry.hash)
            try rewrite(key...key, of: run) { $0 != entry }
        }
    }

    /// Keeps some of the entries of pages. Their filters stay: they may say yes in vain.
    private func rewrite(
        _ keys: ClosedRange<Int64>, of run: CallbackRun, _ isKept: (IndexEntry) -> Bool
    ) throws(DatabaseError) {
        let reader = try RunReader(database)
        var dropped = 0
        for key in keys {
            let entries = try reader.entries(at: key)
            let kept = entries.filter(isKept)
            if kept.count == entries.count { continue }
            try write(kept, at: key)
            dropped += entries.count - kept.count
        }
        if dropped > 0 { try count(less: dropped, in: run) }
    }

    private func write(_ entries: [IndexEntry], at key: Int64) throws(DatabaseError) {
        guard entries.isEmpty else {
            return try database.execute(
                "UPDATE callback_entries SET entries = ? WHERE key = ?",
                [.blob(entries.encoded()), .integer(key)])
        }
        try database.execute("DELETE FROM callback_entries WHERE key = ?", [.integer(key)])
    }

    private func count(less dropped: Int, in run: CallbackRun) throws(DatabaseError) {
        let number = Value.integer(run.number)
        try database.execute(
            "UPDATE callback_runs SET count = count - ? WHERE run = ?", [Value(dropped), number])
        let left = try database.integer("SELECT count FROM callback_runs WHERE run = ?", [number])
        if left == 0 { try drop(run) }
    }
}
