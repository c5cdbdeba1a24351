import SQL
import StorageErrors

extension CallbackIndex {
    /// Makes the index of a file from before its hashes had a key, a segment in each transaction.
    ///
    /// - Parameters:
    ///   - count: how many attempts are read in one transaction.
    ///   - progress: see ``PendingBuild``.
    func buildWherePending(
        atOnce count: Int = PendingBuild.usualCount, progress: (Double) -> Void
    ) throws(StorageError) {
        try build.run(atOnce: count, progress: progress, addSegment)
    }

    /// Makes the whole index from the attempts, whatever there is of it; to be called within a
    /// transaction.
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
