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
            throw .corrupt(at: database.path, "a row of the callback index cannot be read")
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
    ///   - limit: The pruning limit. Merging deletes the entries of attempts that were pruned
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
