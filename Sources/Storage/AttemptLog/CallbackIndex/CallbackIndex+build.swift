import SQLite

extension CallbackIndex {
    /// Builds the index of a log that has attempts but no index, as in older versions.
    func buildIfMissing() throws(DatabaseError) {
        guard try isMissing() else { return }
        try database.transaction { () throws(DatabaseError) in
            // Another process may have built it in the meantime.
            if try isMissing() { try build() }
        }
    }

    private func isMissing() throws(DatabaseError) -> Bool {
        let sql = """
            SELECT NOT EXISTS(SELECT 1 FROM callback_runs) AND EXISTS(SELECT 1 FROM attempts)
            """
        return try database.integer(sql) == 1
    }

    /// Rebuilds the whole index from the attempts.
    func rebuild() throws(DatabaseError) {
        for table in ["callback_runs", "callback_filters", "callback_entries"] {
            try database.execute("DELETE FROM \(table)")
        }
        try build()
    }

    private func build() throws(DatabaseError) {
        let attempts = try database.prepare("SELECT company, callback_id, place FROM attempts")
        var entries: [IndexEntry] = []
        while try attempts.step() {
            let hash = CallbackHash.of(attempts.text(1), company: attempts.integer(0))
            entries.append(IndexEntry(hash: hash, place: attempts.integer(2)))
            if entries.count == IndexSegment.largest { try add(&entries) }
        }
        try add(&entries)
    }

    private func add(_ entries: inout [IndexEntry]) throws(DatabaseError) {
        entries.sort()
        try add(entries, notBefore: nil)
        entries.removeAll(keepingCapacity: true)
    }
}
