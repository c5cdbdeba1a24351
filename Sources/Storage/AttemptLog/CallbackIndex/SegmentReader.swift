import SQL
import StorageErrors

/// Looks up hashes in segments.
struct SegmentReader: ~Copyable {
    private let filters: Statement
    private let entries: Statement

    init(_ database: Database) throws(StorageError) {
        let filters = try database.prepare(
            "SELECT key, bits FROM segment_filters WHERE key BETWEEN ? AND ? ORDER BY key")
        let entries = try database.prepare("SELECT entries FROM segment_entries WHERE key = ?")
        self.filters = filters
        self.entries = entries
    }

    /// Adds the entries of hashes in a segment to `found`. The hashes must be in ascending order.
    func find(
        _ hashes: [UInt64], in run: IndexSegment, into found: inout [IndexEntry]
    ) throws(StorageError) {
        defer { filters.reset() }
        var rest = hashes[...]
        var filter = Int64.min
        var candidates: [UInt64] = []
        while let first = rest.first {
            let key = run.filter(of: first)
            let covered = run.endOfFilter(of: first).map { end in rest.prefix { $0 < end } } ?? rest
            rest = rest[covered.endIndex...]
            filter = try moveFilters(from: filter, to: key, in: run)
            if filter == key { sift(covered, into: &candidates) }
        }
        try look(for: candidates, in: run, into: &found)
    }

    /// Returns whether lookups find exactly the entries of a page.
    ///
    /// An entry that its filter excludes, or that is in the wrong page for its hash, cannot be
    /// found.
    func finds(_ page: [IndexEntry], in run: IndexSegment) throws(StorageError) -> Bool {
        var found: [IndexEntry] = []
        found.reserveCapacity(page.count)
        try find(page.map(\.hash), in: run, into: &found)
        return found == page
    }

    /// Adds the entries of hashes in ascending order, without consulting filters.
    private func look(
        for hashes: [UInt64], in run: IndexSegment, into found: inout [IndexEntry]
    ) throws(StorageError) {
        var page: Int64?
        var entries: [IndexEntry] = []
        for hash in hashes {
            if page != run.page(of: hash) { entries = try self.entries(at: run.page(of: hash)) }
            page = run.page(of: hash)
            found += entries.places(of: hash)
        }
    }

    /// Advances to the first filter of a segment at or after a key, and returns its key.
    ///
    /// - Parameter current: The key of the current filter.
    private func moveFilters(
        from current: Int64, to key: Int64, in run: IndexSegment
    ) throws(StorageError) -> Int64 {
        var current = current
        if current < key - Self.fewFilters {
            filters.reset()
            filters.bind(key, at: 1)
            filters.bind(run.keys.upperBound, at: 2)
            current = .min
        }
        while current < key { current = try filters.step() ? filters.integer(0) : .max }
        return current
    }

    /// Stepping over this many filters takes no longer than searching for the next one.
    private static let fewFilters: Int64 = 3

    /// Returns the entries of a page, or an empty array.
    func entries(at key: Int64) throws(StorageError) -> [IndexEntry] {
        entries.bind(key, at: 1)
        guard try entries.step() else { return [] }
        let found = entries.withBlob(0) { [IndexEntry](encoded: $0) }
        entries.reset()
        return found
    }

    /// Adds the hashes that the current filter does not exclude, each once.
    private func sift(_ hashes: ArraySlice<UInt64>, into candidates: inout [UInt64]) {
        filters.withBlob(1) { bits in
            for hash in hashes where BloomFilter.mightContain(hash, in: bits) {
                if candidates.last != hash { candidates.append(hash) }
            }
        }
    }
}
