package import CivilTime
package import DeliveryLog
import SQLite

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

    /// - Parameter routes: The dimension cache of the log that will record the attempts.
    package init(_ attempts: [Attempt], _ routes: DimensionCache? = nil) {
        let known = routes?.state ?? DimensionCache.State()
        schema = known.schema
        rows = Self.rows(of: attempts, known)
        titles = RecordedTitles(attempts)
        earliest = rows.lazy.map(\.finishedAt).min()
        if rows.allSatisfy(\.route.isKnown) { order() }
    }

    private static func rows(of attempts: [Attempt], _ known: DimensionCache.State)
        -> [StoredAttempt]
    {
        // Equal dimensions are nearly always the same object.
        var found: [ObjectIdentifier: StoredDimensions] = [:]
        return attempts.map { attempt in
            let identity = ObjectIdentifier(attempt.route)
            let route = found[identity] ?? known.numbers[attempt.route] ?? .unknown
            found[identity] = route
            return StoredAttempt(attempt, route: route)
        }
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
    mutating func complete(with routes: inout DimensionTable) throws(DatabaseError) {
        let isOfNow = schema == routes.known.schema
        guard byHash.count < rows.count || !isOfNow else { return }
        for index in rows.indices {
            let row = rows[index]
            guard !isOfNow || !row.route.isKnown, let words = row.words else { continue }
            rows[index].route = try routes.numbers(of: words)
        }
        order()
    }

    /// Removes and returns the rows.
    mutating func takeRows() -> [StoredAttempt] {
        defer { rows = [] }
        return rows
    }

    private mutating func order() {
        byHash = rows.indices.map { NumberedKey(key: 0, number: $0) }
        byTime = byHash
        byHash.sort { rows[$0].hash }
        byTime.sort { UInt64(AttemptRowID.first(at: rows[$0].finishedAt)) }
    }
}
