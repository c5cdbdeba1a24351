import CivilTime
import StorageErrors

/// Attempts to record together, divided by whether their callbacks may be known.
struct DeduplicationPlan {
    /// The rows by number, in the order of arrival.
    var rows: ConcatenatedBatches
    /// The numbers of rows whose callback is neither in the log nor twice in the batch, in table
    /// order. Records that arrive unordered are thereby written in order.
    private(set) var unknown: [Int] = []
    /// The numbers of the other rows, in the order of the batch.
    private(set) var possibleDuplicates: [Int] = []
    /// The numbers of all rows, ordered by hash.
    private var hashed: [NumberedKey]
    private let found: [IndexEntry]
    private let hasher: CallbackHasher
    /// Where those of the batch were put, by number.
    private var places: [Int64?]
    /// The new row IDs of possible duplicates by hash.
    private var added: [UInt64: [Int64]] = [:]

    /// - Parameters:
    ///   - groups: whose rows it takes.
    ///   - limit: what finished before it is not to be recorded.
    ///   - hasher: of the log.
    ///   - find: gives the entries of hashes in ascending order, in order.
    init(
        _ groups: inout [PreparedBatch], notBefore limit: Instant?, _ hasher: CallbackHasher,
        find: ([UInt64]) throws(StorageError) -> [IndexEntry]
    ) throws(StorageError) {
        let rows = ConcatenatedBatches(groups.indices.map { groups[$0].takeRows() })
        hashed = Self.merged(groups.map(\.byHash), rows.starts)
        var inTime = Self.merged(groups.map(\.byTime), rows.starts)
        if let limit, groups.contains(where: { $0.earliest.map { $0 < limit } ?? false }) {
            hashed.removeAll { rows[$0.number].finishedAt < limit }
            inTime.removeAll { rows[$0.number].finishedAt < limit }
        }
        self.rows = rows
        self.hasher = hasher
        found = try find(hashed.map(\.key))
        places = Array(repeating: nil, count: rows.count)
        let isDoubtful = doubts(count: rows.count)
        possibleDuplicates = isDoubtful.indices.filter { isDoubtful[$0] }
        unknown = inTime.map(\.number).filter { !isDoubtful[$0] }
    }

    /// Merges sorted groups, and renumbers their rows.
    private static func merged(_ groups: [[NumberedKey]], _ starts: [Int]) -> [NumberedKey] {
        guard groups.count > 1 else { return groups.first ?? [] }
        var all: [NumberedKey] = []
        all.reserveCapacity(groups.reduce(0) { $0 + $1.count })
        for (group, start) in zip(groups, starts) {
            all += group.lazy.map { NumberedKey(key: $0.key, number: $0.number + start) }
        }
        // The sort algorithm detects the few sorted runs.
        all.sort { ($0.key, $0.number) < ($1.key, $1.number) }
        return all
    }

    /// Returns, by number, whether the log or the batch contains another attempt with the same
    /// hash.
    private func doubts(count: Int) -> [Bool] {
        var doubts = [Bool](repeating: false, count: count)
        var known = found[...]
        for (index, this) in hashed.enumerated() {
            while let first = known.first, first.hash < this.key { known.removeFirst() }
            let isTwice =
                index > 0 && hashed[index - 1].key == this.key
                || index + 1 < hashed.count && hashed[index + 1].key == this.key
            doubts[this.number] = isTwice || known.first?.hash == this.key
        }
        return doubts
    }

    /// The row IDs that attempts at a callback may have. A log that has one ID in each record has as
    /// many as records, so they are not copied.
    struct Places {
        let logged: ArraySlice<IndexEntry>
        let added: [Int64]
    }

    /// Returns the row IDs that attempts at the same callback may have.
    func places(for row: StoredAttempt) -> Places {
        let hash = hasher.hash(of: row)
        return Places(logged: found.places(of: hash), added: added[hash] ?? [])
    }

    /// Records the row ID of a new row.
    mutating func put(_ number: Int, at place: Int64) {
        places[number] = place
    }

    /// Records the row ID of a possible duplicate, for the rows that follow.
    mutating func put(_ number: Int, _ row: StoredAttempt, at place: Int64) {
        places[number] = place
        added[hasher.hash(of: row), default: []].append(place)
    }

    /// Returns the entries of all added rows, ordered by hash.
    func newEntries() -> [IndexEntry] {
        hashed.compactMap { this in
            places[this.number].map { IndexEntry(hash: this.key, place: $0) }
        }
    }
}
