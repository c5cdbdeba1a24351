package import CivilTime
package import DeliveryLog
import StorageErrors

/// Attempts to record together, divided by whether their callbacks may be known.
struct DeduplicationPlan {
    /// The rows by number, in the order of arrival.
    var rows: ConcatenatedBatches
    /// The numbers of rows whose callback is neither in the log nor twice in the batch, in table
    /// order. This way, records that arrive unordered are written in order.
    private(set) var unknown: [Int] = []
    /// The numbers of the other rows, in the order of the batch.
    private(set) var possibleDuplicates: [Int] = []
    /// The numbers of all rows, ordered by hash.
    private var hashed: [NumberedKey]
    private let found: [IndexEntry]
    private let hasher: CallbackHasher
    /// The row IDs of the batch, by number.
    private var places: [Int64?]
    /// The new row IDs of possible duplicates by hash.
    private var added: [UInt64: [Int64]] = [:]

    /// - Parameters:
    ///   - groups: The batches whose rows are planned.
    ///   - limit: Attempts that finished before this time are not recorded.
    ///   - hasher: The hasher of the log.
    ///   - find: Returns the index entries of hashes. Both are in ascending order.
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
        let isDoubtful = possibleDuplicates(count: rows.count)
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
    private func possibleDuplicates(count: Int) -> [Bool] {
        var isPossible = [Bool](repeating: false, count: count)
        var known = found[...]
        for (index, this) in hashed.enumerated() {
            while let first = known.first, first.hash < this.key { known.removeFirst() }
            let isTwice =
                index > 0 && hashed[index - 1].key == this.key
                || index + 1 < hashed.count && hashed[index + 1].key == this.key
            isPossible[this.number] = isTwice || known.first?.hash == this.key
        }
        return isPossible
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

/// A sort key, and the number of the row that it belongs to.
struct NumberedKey: Equatable, BitwiseCopyable {
    var key: UInt64
    var number: Int
}

extension [NumberedKey] {
    /// Recomputes the keys from the numbers, and sorts by them. The sort is stable.
    mutating func sort(by key: (Int) -> UInt64) {
        for index in indices { self[index].key = key(self[index].number) }
        sortByKey()
    }

    /// Sorts by key. The sort is stable.
    ///
    /// This is a radix sort from the least significant byte. One pass for each byte that is not the
    /// same in all keys takes a fraction of the time of comparisons.
    mutating func sortByKey() {
        // For few keys, the tables of the passes are too large.
        guard count > 256 else { return sort { $0.key < $1.key } }
        let first = self[0].key
        let differing = reduce(0) { $0 | ($1.key ^ first) }
        var sorted = self
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF > 0 {
            distribute(into: &sorted, by: shift)
            swap(&self, &sorted)
        }
    }

    /// Sorts by one byte of the keys.
    private func distribute(into sorted: inout [NumberedKey], by shift: UInt64) {
        var next = InlineArray<256, Int>(repeating: 0)
        for item in self { next[Self.byte(of: item, shift)] += 1 }
        var start = 0
        for byte in next.indices {
            let end = start + next[byte]
            next[byte] = start
            start = end
        }
        for item in self {
            let byte = Self.byte(of: item, shift)
            sorted[next[byte]] = item
            next[byte] += 1
        }
    }

    private static func byte(of item: NumberedKey, _ shift: UInt64) -> Int {
        Int(truncatingIfNeeded: item.key >> shift & 0xFF)
    }
}

/// Attempts to record, with everything that can be determined outside of a transaction.
///
/// It is not bound to a thread: one thread can prepare batches while another one writes earlier
/// ones.
package struct PreparedBatch: Sendable {
    /// The rows in the order of arrival.
    private var rows: [StoredAttempt]
    /// When the earliest attempt finished, or `nil` if there are none.
    package private(set) var earliest: Instant?
    /// The titles that the attempts give to profiles.
    let titles: RecordedTitles
    /// The numbers of the rows ordered by hash. Empty while dimensions are unknown.
    private(set) var byHash: [NumberedKey] = []
    /// The numbers of the rows ordered by quarter hour. Empty while dimensions are unknown.
    private(set) var byTime: [NumberedKey] = []
    /// The schema version under which the numbers of the dimensions are valid.
    private let schema: Int64?
    /// The dimensions that the rows have.
    private(set) var uses: [DimensionUse] = []
    /// The hasher by which the rows are ordered, or nil while they are not ordered.
    private var hasher: CallbackHasher?

    /// - Parameter routes: The dimension cache of the log that will record the attempts.
    package init(_ attempts: [Attempt], _ routes: DimensionCache? = nil) {
        let known = routes?.state ?? DimensionCache.State()
        schema = known.schema
        (rows, uses) = Self.rows(of: attempts, known)
        titles = RecordedTitles(attempts)
        earliest = rows.lazy.map(\.finishedAt).min()
        if let hasher = known.hasher, rows.allSatisfy(\.route.isKnown) { order(by: hasher) }
    }

    private static func rows(
        of attempts: [Attempt], _ known: DimensionCache.State
    ) -> ([StoredAttempt], [DimensionUse]) {
        // The same route is nearly always the same object.
        var found: [ObjectIdentifier: Int] = [:]
        var uses: [DimensionUse] = []
        let rows = attempts.map { attempt in
            let identity = ObjectIdentifier(attempt.route)
            let number = found[identity] ?? uses.count
            if number == uses.count {
                found[identity] = number
                uses.append(
                    DimensionUse(
                        route: attempt.route, stored: known.numbers[attempt.route] ?? .unknown,
                        latest: attempt.finishedAt))
            } else if uses[number].latest < attempt.finishedAt {
                uses[number].latest = attempt.finishedAt
            }
            uses[number].count += 1
            return StoredAttempt(attempt, route: uses[number].stored)
        }
        return (rows, uses)
    }

    package var count: Int { rows.count }

    /// Removes attempts that finished before an instant, and returns their former numbers.
    package mutating func removeAll(before limit: Instant) -> Set<Int> {
        guard let earliest, earliest < limit else { return [] }
        let old = Set(rows.indices.filter { rows[$0].finishedAt < limit })
        rows = rows.indices.filter { !old.contains($0) }.map { rows[$0] }
        (byHash, byTime) = ([], [])
        self.earliest = rows.lazy.map(\.finishedAt).min()
        return old
    }

    /// Looks up or creates the numbers of unknown dimensions, and sorts the rows.
    mutating func complete(with routes: inout DimensionTable) throws(StorageError) {
        let isOfNow = schema == routes.known.schema
        let now = routes.known.hasher
        guard byHash.count < rows.count || !isOfNow || hasher != now else { return }
        for index in rows.indices {
            let row = rows[index]
            guard !isOfNow || !row.route.isKnown, let words = row.words else { continue }
            rows[index].route = try routes.numbers(of: words)
        }
        if let now { order(by: now) }
    }

    /// Removes and returns the rows.
    mutating func takeRows() -> [StoredAttempt] {
        defer { rows = [] }
        return rows
    }

    private mutating func order(by hasher: CallbackHasher) {
        self.hasher = hasher
        byHash = rows.indices.map { NumberedKey(key: 0, number: $0) }
        byTime = byHash
        byHash.sort { hasher.hash(of: rows[$0]) }
        byTime.sort { UInt64(AttemptRowID.first(at: rows[$0].finishedAt)) }
    }
}

/// Dimensions that attempts of a batch have.
struct DimensionUse {
    let route: AttemptDimensions
    /// The stored dimensions, as known when the batch was prepared.
    let stored: StoredDimensions
    /// When the last of these attempts finished.
    var latest: Instant
    var count = 0
}
