import CivilTime
import SQLite

/// Attempts to be recorded together, told apart by whether their callbacks may be known.
struct AttemptBatch {
    /// Numbers of those whose callback the log does not know and the batch has once, in the
    /// order of the table: what arrives in no order is then written in order all the same.
    private(set) var unknown: [Int] = []
    /// Numbers of the others, in the order of the batch.
    private(set) var doubtful: [Int] = []
    /// In the order of the hashes.
    private var hashed: [NumberedKey]
    private let found: [IndexEntry]
    /// Where those of the batch were put, by number.
    private var places: [Int64?]
    /// Where doubtful ones were put.
    private var added: [UInt64: [Int64]] = [:]

    /// - Parameters:
    ///   - taken: numbers of the rows that are to be recorded.
    ///   - find: gives the entries of hashes in ascending order, in order.
    init(
        _ rows: [StoredAttempt], _ taken: [Int],
        find: ([UInt64]) throws(DatabaseError) -> [IndexEntry]
    ) throws(DatabaseError) {
        hashed = taken.map { NumberedKey(key: 0, number: $0) }
        hashed.sort { rows[$0].hash }
        found = try find(hashed.map(\.key))
        places = Array(repeating: nil, count: rows.count)
        let isDoubtful = doubts(count: rows.count)
        doubtful = taken.filter { isDoubtful[$0] }
        var inTime = taken.filter { !isDoubtful[$0] }.map { NumberedKey(key: 0, number: $0) }
        inTime.sort { UInt64(Place.first(at: rows[$0].finishedAt)) }
        unknown = inTime.map(\.number)
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
