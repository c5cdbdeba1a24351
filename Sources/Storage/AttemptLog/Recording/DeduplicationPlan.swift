import CivilTime
import SQLite

/// Attempts to be recorded together, told apart by whether their callbacks may be known.
struct DeduplicationPlan {
    /// By number, in the order in which they came.
    var rows: GroupedRows
    /// Numbers of those whose callback the log does not know and the batch has once, in the
    /// order of the table: what arrives in no order is then written in order all the same.
    private(set) var unknown: [Int] = []
    /// Numbers of the others, in the order of the batch.
    private(set) var possibleDuplicates: [Int] = []
    /// In the order of the hashes.
    private var hashed: [NumberedKey]
    private let found: [IndexEntry]
    /// Where those of the batch were put, by number.
    private var places: [Int64?]
    /// Where doubtful ones were put.
    private var added: [UInt64: [Int64]] = [:]

    /// - Parameters:
    ///   - groups: whose rows it takes.
    ///   - limit: what finished before it is not to be recorded.
    ///   - find: gives the entries of hashes in ascending order, in order.
    init(
        _ groups: inout [PreparedBatch], notBefore limit: Instant?,
        find: ([UInt64]) throws(DatabaseError) -> [IndexEntry]
    ) throws(DatabaseError) {
        let rows = GroupedRows(groups.indices.map { groups[$0].takeRows() })
        hashed = Self.merged(groups.map(\.byHash), rows.starts)
        var inTime = Self.merged(groups.map(\.byTime), rows.starts)
        if let limit, groups.contains(where: { $0.earliest.map { $0 < limit } ?? false }) {
            hashed.removeAll { rows[$0.number].finishedAt < limit }
            inTime.removeAll { rows[$0.number].finishedAt < limit }
        }
        self.rows = rows
        found = try find(hashed.map(\.key))
        places = Array(repeating: nil, count: rows.count)
        let isDoubtful = doubts(count: rows.count)
        possibleDuplicates = isDoubtful.indices.filter { isDoubtful[$0] }
        unknown = inTime.map(\.number).filter { !isDoubtful[$0] }
    }

    /// What groups have in order, in one order and by the numbers of all.
    private static func merged(_ groups: [[NumberedKey]], _ starts: [Int]) -> [NumberedKey] {
        guard groups.count > 1 else { return groups.first ?? [] }
        var all: [NumberedKey] = []
        all.reserveCapacity(groups.reduce(0) { $0 + $1.count })
        for (group, start) in zip(groups, starts) {
            all += group.lazy.map { NumberedKey(key: $0.key, number: $0.number + start) }
        }
        // It finds out by itself that these are a few sorted stretches.
        all.sort { ($0.key, $0.number) < ($1.key, $1.number) }
        return all
    }

    /// By number, whether there is another attempt with its hash, in the log or in the batch.
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

    /// Where attempts of the same callback as a doubtful one may stand.
    func places(for row: StoredAttempt) -> [Int64] {
        found.places(of: row.hash).map(\.place) + (added[row.hash] ?? [])
    }

    /// Notes where an unknown one was put.
    mutating func put(_ number: Int, at place: Int64) {
        places[number] = place
    }

    /// Notes where a doubtful one was put, for those after it.
    mutating func put(_ number: Int, _ row: StoredAttempt, at place: Int64) {
        places[number] = place
        added[row.hash, default: []].append(place)
    }

    /// The entries of all that were added, in the order of their hashes.
    func newEntries() -> [IndexEntry] {
        hashed.compactMap { this in
            places[this.number].map { IndexEntry(hash: this.key, place: $0) }
        }
    }
}
