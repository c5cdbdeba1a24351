import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Reads and writes the table of counts.
struct CountStore {
    let database: Database

    /// Returns the sums by outcome of the buckets that start in a span.
    func tally(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant
    ) throws(StorageError) -> Tally {
        let sql = """
            SELECT sum(delivered), sum(failed), sum(retrying) FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ?
            """
        let tally = try database.row(sql, span(company, level, start, end)) {
            Tally(delivered: $0.count(0), failed: $0.count(1), retrying: $0.count(2))
        }
        return tally ?? Tally()
    }

    /// Calls `body` with the entries of the buckets that start in a span.
    func read(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant,
        _ body: (CountEntry) -> Void
    ) throws(StorageError) {
        let statement = try database.prepare(
            """
            SELECT cells FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ?
            """)
        statement.bind(span(company, level, start, end))
        while try statement.step() {
            guard statement.withBlob(0, { CountCells.read(encoded: $0, body) }) else {
                throw damaged()
            }
        }
    }

    /// Returns the cells of one bucket.
    func cells(
        _ company: Int64, _ level: BucketSize, start: Instant
    ) throws(StorageError) -> CountCells {
        var cells = CountCells()
        let next = start.advanced(milliseconds: 1)
        try read(company, level, from: start, to: next) { cells.append($0) }
        return cells
    }

    private func span(
        _ company: Int64, _ level: BucketSize, _ start: Instant, _ end: Instant
    ) -> [Value] {
        [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
            .integer(end.milliseconds),
        ]
    }

    func damaged() -> StorageError {
        .corrupt(
            at: database.path,
            "a row of the counts cannot be read; run 'callback-reports verify'")
    }
}
