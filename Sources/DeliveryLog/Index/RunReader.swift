import SQLite

/// Looks hashes up in runs.
struct RunReader: ~Copyable {
    private let filter: Statement
    private let entries: Statement

    init(_ database: Database) throws(DatabaseError) {
        let filter = try database.prepare("SELECT bits FROM callback_filters WHERE key = ?")
        let entries = try database.prepare("SELECT entries FROM callback_entries WHERE key = ?")
        self.filter = filter
        self.entries = entries
    }

    /// Adds the entries that a run has of hashes, which are in ascending order.
    func find(
        _ hashes: [UInt64], in run: CallbackRun, into found: inout [IndexEntry]
    ) throws(DatabaseError) {
        var index = 0
        var candidates: [UInt64] = []
        while index < hashes.count {
            let part = run.part(of: hashes[index])
            let start = index
            while index < hashes.count, run.part(of: hashes[index]) == part { index += 1 }
            candidates.removeAll(keepingCapacity: true)
            try sift(hashes[start..<index], at: run.key(of: part), into: &candidates)
            if candidates.isEmpty { continue }
            let entries = try entries(at: run.key(of: part))
            for hash in candidates { found += entries.places(of: hash) }
        }
    }

    /// The entries of a part; none where it has none.
    func entries(at key: Int64) throws(DatabaseError) -> [IndexEntry] {
        entries.bind(key, at: 1)
        guard try entries.step() else { return [] }
        let found = entries.withBlob(0) { [IndexEntry](encoded: $0) }
        entries.reset()
        return found
    }

    /// Keeps the hashes that the filter of a part does not rule out, each once.
    private func sift(
        _ hashes: ArraySlice<UInt64>, at key: Int64, into candidates: inout [UInt64]
    ) throws(DatabaseError) {
        filter.bind(key, at: 1)
        guard try filter.step() else { return }
        filter.withBlob(0) { bits in
            for hash in hashes where BloomFilter.mayHold(hash, in: bits) {
                if candidates.last != hash { candidates.append(hash) }
            }
        }
        filter.reset()
    }
}
