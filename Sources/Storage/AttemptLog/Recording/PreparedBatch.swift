package import CivilTime
package import DeliveryLog
import StorageErrors

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
    /// By which the rows are ordered; nil while they are not.
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
    /// What was known of them when the batch was prepared.
    let stored: StoredDimensions
    /// When the last of these attempts finished.
    var latest: Instant
    var count = 0
}
