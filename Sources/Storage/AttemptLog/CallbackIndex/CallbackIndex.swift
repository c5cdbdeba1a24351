import CivilTime
import SQLite

/// Finds the attempts of a callback by the hash of its id, however large the log is.
///
/// **What it is for.** Before an attempt is recorded, the log has to know whether its callback is
/// new. A B-tree index by id would answer that, but callback ids arrive in random order, so each
/// insert would change a random page. Once the index no longer fits into memory, an import would
/// read and write one page per attempt.
///
/// **How it works.** It is a log-structured merge tree (O'Neil et al. 1996). Each transaction adds
/// its entries as one sorted segment, and eight segments of similar size are merged into one.
/// Nothing is ever written in the middle of existing data, so ids in any order cost the same.
/// Bloom filters cover parts of a segment: a lookup of a new callback, which is nearly every
/// lookup, reads filters and no entries.
///
/// **What it costs.** 16 bytes per attempt for the entry and 2 bytes for its filter, and each entry
/// is rewritten by up to six merges until its segment has 262,144 entries. Larger segments are not
/// merged, so the number of segments grows with the log, and a lookup asks one filter per segment.
/// SQLite sees three tables of blobs: `callback_runs` (a row per segment), `callback_filters` and
/// `callback_entries`. Queries cannot use them, so everything goes through this type.
///
/// **How it stays right.** It holds nothing that the attempts do not: ``buildWhereMissing()``
/// and ``rebuild()`` make it from them, `verify` compares the two, and `repair` rebuilds it.
/// Two callbacks may share a hash. Callers compare the ids themselves.
///
/// An engine with a fast unique index, such as PostgreSQL, does not need this folder.
struct CallbackIndex {
    let database: Database

    /// All runs, in no order.
    func runs() throws(DatabaseError) -> [IndexSegment] {
        let runs = try database.rows("SELECT run, count, parts, pages FROM callback_runs") {
            IndexSegment(
                number: $0.integer(0), count: $0.int(1), parts: $0.int(2), pages: $0.int(3))
        }
        guard runs.allSatisfy(\.isPlausible) else {
            throw DatabaseError(
                code: 11, message: "a row of the index of callbacks cannot be read",
                path: database.path)
        }
        return runs
    }

    /// The entries of the hashes that it holds, in order.
    ///
    /// - Parameters:
    ///   - hashes: in ascending order.
    ///   - others: entries that it is to get yet, in order; they count as its own.
    func entries(
        of hashes: [UInt64], and others: [IndexEntry] = []
    ) throws(DatabaseError) -> [IndexEntry] {
        var found = others.matches(of: hashes)
        let reader = try SegmentReader(database)
        for run in try runs() {
            try reader.find(hashes, in: run, into: &found)
        }
        found.sort()
        return found
    }

    /// Adds entries, in the order of their hashes, as a run, and merges where it is due.
    ///
    /// - Parameter limit: entries of attempts from before it that are pruned are dropped where runs
    ///   are merged.
    func add(_ entries: [IndexEntry], notBefore limit: Instant?) throws(DatabaseError) {
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
    ) throws(DatabaseError) {
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
    ) throws(DatabaseError) -> IndexSegment? {
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

    func drop(_ run: IndexSegment) throws(DatabaseError) {
        let keys: [Value] = [.integer(run.keys.lowerBound), .integer(run.keys.upperBound)]
        try database.execute("DELETE FROM callback_entries WHERE key BETWEEN ? AND ?", keys)
        try database.execute("DELETE FROM callback_filters WHERE key BETWEEN ? AND ?", keys)
        try database.execute("DELETE FROM callback_runs WHERE run = ?", [.integer(run.number)])
    }
}
