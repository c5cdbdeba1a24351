import CivilTime
import SQLite

/// Reads and writes the table of counts.
struct CountStore {
    let database: Database

    /// The sums by outcome of the buckets that start in a span.
    func tally(
        _ company: Int64, _ level: Level, from start: Instant, to end: Instant
    ) throws(DatabaseError) -> Tally {
        let sql = """
            SELECT sum(delivered), sum(failed), sum(retrying) FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ?
            """
        let tally = try database.row(sql, span(company, level, start, end)) {
            Tally(delivered: $0.int(0), failed: $0.int(1), retrying: $0.int(2))
        }
        return tally ?? Tally()
    }

    /// Adds the cells of the buckets that start in a span.
    func merge(
        into cells: inout CountCells, _ company: Int64, _ level: Level, from start: Instant,
        to end: Instant
    ) throws(DatabaseError) {
        let statement = try database.prepare(
            """
            SELECT cells FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ?
            """)
        statement.bind(span(company, level, start, end))
        while try statement.step() {
            guard statement.withBlob(0, { cells.merge(encoded: $0) }) else { throw damaged() }
        }
    }

    /// The cells of one bucket.
    func cells(
        _ company: Int64, _ level: Level, start: Instant
    ) throws(DatabaseError) -> CountCells {
        var cells = CountCells()
        try merge(
            into: &cells, company, level, from: start, to: start.advanced(milliseconds: 1))
        return cells
    }

    /// Adds changes to one bucket; one that comes to count nothing is dropped.
    func add(
        _ changes: CountCells, company: Int64, _ level: Level, start: Instant
    ) throws(DatabaseError) {
        var cells = try cells(company, level, start: start)
        cells.merge(changes)
        guard !cells.hasNegative else { throw damaged() }
        let place: [Value] = [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
        ]
        guard !cells.isEmpty else {
            return try database.execute(
                "DELETE FROM counts WHERE company = ? AND level = ? AND start = ?", place)
        }
        let tally = cells.tally
        try database.execute(
            "INSERT OR REPLACE INTO counts VALUES(?, ?, ?, ?, ?, ?, ?)",
            place + [
                Value(tally.delivered), Value(tally.failed), Value(tally.retrying),
                .blob(cells.encoded()),
            ])
    }

    private func span(
        _ company: Int64, _ level: Level, _ start: Instant, _ end: Instant
    ) -> [Value] {
        [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
            .integer(end.milliseconds),
        ]
    }

    private func damaged() -> DatabaseError {
        DatabaseError(
            code: 11, message: "a row of the counts cannot be read: run 'callback-reports verify'",
            path: database.path)
    }
}
