import SQL
import StorageErrors

/// Builds a table from all attempts of a file of an older version, in small transactions.
///
/// Other programs wait only for one transaction. All programs that open the file in the meantime
/// help, because none of them can record attempts before the table is complete. An interrupted
/// build continues when the file is opened again.
struct PendingBuild {
    /// The name in the table `pending_builds`, which has a row until the build is complete.
    let name: String
    let database: Database

    /// Processes up to `count` attempts, starting at a row ID.
    ///
    /// Returns the row ID of the last processed attempt, or nil if fewer were left.
    typealias Step = (_ place: Int64, _ count: Int) throws(StorageError) -> Int64?

    /// - Parameters:
    ///   - count: The number of attempts to process per transaction.
    ///   - progress: Called before each transaction except the first, with the completed share
    ///     from 0 to 1.
    func run(
        atOnce count: Int = Self.usualCount, progress: (Double) -> Void,
        _ step: Step
    ) throws(StorageError) {
        while let place = try place() {
            if place > 0 { progress(try share(before: place)) }
            try database.transaction { () throws(StorageError) in
                // Another program may have continued the build in the meantime.
                guard let place = try self.place() else { return }
                try resume(from: place, count, step)
            }
            database.yieldWriteLock(.short)
        }
    }

    /// Builds everything from the start, within the open transaction.
    func runAll(_ step: Step) throws(StorageError) {
        try database.execute("INSERT OR REPLACE INTO pending_builds VALUES(?, 0)", [.text(name)])
        while let place = try place() { try resume(from: place, Self.usualCount, step) }
    }

    /// The default number of attempts per transaction, which take about half a second.
    static let usualCount = IndexSegment.largest

    private func resume(from place: Int64, _ count: Int, _ step: Step) throws(StorageError) {
        if let last = try step(place, count), last < .max {
            try database.execute(
                "UPDATE pending_builds SET place = ? WHERE name = ?",
                [.integer(last + 1), .text(name)])
        } else {
            try database.execute("DELETE FROM pending_builds WHERE name = ?", [.text(name)])
        }
    }

    /// Returns the row ID from which attempts are left, or nil if the build is complete.
    private func place() throws(StorageError) -> Int64? {
        try database.row("SELECT place FROM pending_builds WHERE name = ?", [.text(name)]) {
            $0.integer(0)
        }
    }

    private func share(before place: Int64) throws(StorageError) -> Double {
        let ends = try database.row(Self.endsQuery) {
            (first: Double($0.integer(0)), last: Double($0.integer(1)))
        }
        guard let ends, ends.last > ends.first else { return 1 }
        return min(max((Double(place) - ends.first) / (ends.last - ends.first), 0), 1)
    }

    /// Two subqueries, because SQLite reads the whole table if one query has both min and max:
    /// https://sqlite.org/optoverview.html#minmax
    static let endsQuery =
        "SELECT (SELECT min(place) FROM attempts), (SELECT max(place) FROM attempts)"
}
