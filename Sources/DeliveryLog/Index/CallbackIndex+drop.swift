import SQLite

extension CallbackIndex {
    /// Drops the entries of a stretch of the table that was pruned, in small transactions.
    func drop(before place: Int64) throws(DatabaseError) {
        for run in try runs() {
            var key = run.keys.lowerBound
            while key <= run.keys.upperBound {
                let last = min(key + 15, run.keys.upperBound)
                try database.transaction { () throws(DatabaseError) in
                    try rewrite(key...last, of: run) { $0.place >= place }
                }
                key = last + 1
                database.letOthersWrite(.long)
            }
        }
    }

    /// Takes out the entry of one attempt.
    func remove(_ entry: IndexEntry) throws(DatabaseError) {
        for run in try runs() {
            let key = run.key(of: run.part(of: entry.hash))
            try rewrite(key...key, of: run) { $0 != entry }
        }
    }

    /// Keeps some of the entries of parts. Their filters stay: they may say yes in vain.
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
        if dropped > 0 { try count(-dropped, in: run) }
    }

    private func write(_ entries: [IndexEntry], at key: Int64) throws(DatabaseError) {
        guard entries.isEmpty else {
            return try database.execute(
                "UPDATE callback_entries SET entries = ? WHERE key = ?",
                [.blob(entries.encoded()), .integer(key)])
        }
        try database.execute("DELETE FROM callback_entries WHERE key = ?", [.integer(key)])
        try database.execute("DELETE FROM callback_filters WHERE key = ?", [.integer(key)])
    }

    private func count(_ change: Int, in run: CallbackRun) throws(DatabaseError) {
        try database.execute(
            "UPDATE callback_runs SET count = count + ? WHERE run = ?",
            [Value(change), .integer(run.number)])
        try database.execute(
            "DELETE FROM callback_runs WHERE run = ? AND count = 0", [.integer(run.number)])
    }
}
