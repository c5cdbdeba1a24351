package import CivilTime
package import DeliveryLog
import SQLite

/// Attempts to be recorded, with all that can be found out about them outside of a transaction.
///
/// It belongs to no thread: one can prepare them while another one writes what came before.
package struct PreparedBatch: Sendable {
    /// In the order in which they came.
    private var rows: [StoredAttempt]
    /// When the first of them finished; nil for none.
    package private(set) var earliest: Instant?
    /// Numbers of the rows in the order of their hashes; none while a route is not known.
    private(set) var byHash: [NumberedKey] = []
    /// Numbers of the rows in the order of their quarter hours; none while a route is not known.
    private(set) var byTime: [NumberedKey] = []
    /// Under which the numbers of the routes are those of the log.
    private let schema: Int64?

    /// - Parameter routes: of the log that the attempts are for.
    package init(_ attempts: [Attempt], _ routes: DimensionCache? = nil) {
        let known = routes?.state ?? DimensionCache.State()
        schema = known.schema
        rows = Self.rows(of: attempts, known)
        earliest = rows.lazy.map(\.finishedAt).min()
        if rows.allSatisfy(\.route.isKnown) { order() }
    }

    private static func rows(of attempts: [Attempt], _ known: DimensionCache.State)
        -> [StoredAttempt]
    {
        // The same route is nearly always the same object.
        var found: [ObjectIdentifier: StoredDimensions] = [:]
        return attempts.map { attempt in
            let identity = ObjectIdentifier(attempt.route)
            let route = found[identity] ?? known.numbers[attempt.route] ?? .unknown
            found[identity] = route
            return StoredAttempt(attempt, route: route)
        }
    }

    package var count: Int { rows.count }

    /// Leaves out what finished before an instant; gives the numbers that it had.
    package mutating func removeAll(before limit: Instant) -> Set<Int> {
        guard let earliest, earliest < limit else { return [] }
        let old = Set(rows.indices.filter { rows[$0].finishedAt < limit })
        rows = rows.indices.filter { !old.contains($0) }.map { rows[$0] }
        (byHash, byTime) = ([], [])
        self.earliest = rows.lazy.map(\.finishedAt).min()
        return old
    }

    /// Finds, or makes, the numbers of routes that were not known, and what needs them.
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

    /// The rows, which are then another one's to change.
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
