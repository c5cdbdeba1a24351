import CivilTime
import SQLite

/// Recounts one company, a day at a time.
struct Recount {
    let log: DeliveryLog
    let company: Int64
    let sid: String
    private var day: Instant?
    private var quarters: [Instant: CountCells] = [:]

    init(log: DeliveryLog, company: Int64, sid: String) {
        self.log = log
        self.company = company
        self.sid = sid
    }

    mutating func run(
        _ result: inout Verification, progress: (Int) -> Void
    ) throws(DatabaseError) {
        let limit = try log.prunedBefore() ?? Instant(milliseconds: .min)
        let statement = try log.database.prepare(
            """
            SELECT profile, channel, outcome, reason, duration, finished_at, superseded
            FROM attempts WHERE company = ? AND finished_at >= ? ORDER BY finished_at
            """)
        statement.bind([.integer(company), .integer(limit.milliseconds)])
        while try statement.step() {
            result.attempts += 1
            if result.attempts % 100_000 == 0 { progress(result.attempts) }
            if statement.int(6) == 0 { try add(statement, &result) }
        }
        try closeDay(&result)
        result.differences += try strayBuckets(from: limit)
    }

    private mutating func add(
        _ row: borrowing Statement, _ result: inout Verification
    ) throws(DatabaseError) {
        result.callbacks += 1
        let finishedAt = Instant(milliseconds: row.integer(5))
        if day != Level.day.start(of: finishedAt) {
            try closeDay(&result)
            day = Level.day.start(of: finishedAt)
        }
        quarters[Level.quarterHour.start(of: finishedAt), default: CountCells()].add(
            1, to: CountKey(row: row), milliseconds: row.optionalInt(4))
    }

    private mutating func closeDay(_ result: inout Verification) throws(DatabaseError) {
        guard let day else { return }
        var sum = CountCells()
        for (start, cells) in quarters {
            try compare(cells, .quarterHour, start, &result)
            sum.merge(cells)
        }
        try compare(sum, .day, day, &result)
        quarters = [:]
    }

    private func compare(
        _ cells: CountCells, _ level: Level, _ start: Instant, _ result: inout Verification
    ) throws(DatabaseError) {
        result.buckets += 1
        let store = CountStore(database: log.database)
        let kept = try store.cells(company, level, start: start)
        let next = start.advanced(milliseconds: 1)
        let sums = try store.tally(company, level, from: start, to: next)
        if kept != cells || sums != cells.tally {
            result.differences.append(
                Difference(
                    company: sid, start: start, isDay: level == .day, kept: sums,
                    recounted: cells.tally))
        }
    }

    /// Buckets that count callbacks of which there is no attempt.
    private func strayBuckets(from limit: Instant) throws(DatabaseError) -> [Difference] {
        try log.database.rows(
            """
            SELECT start, level, delivered, failed, retrying FROM counts
            WHERE company = ?1 AND start >= ?2 AND NOT EXISTS(
                SELECT 1 FROM attempts WHERE company = ?1 AND superseded = 0
                    AND finished_at >= start
                    AND finished_at < start + iif(level = 1, 86400000, 900000))
            """, [.integer(company), .integer(limit.milliseconds)]
        ) { row in
            Difference(
                company: sid, start: Instant(milliseconds: row.integer(0)),
                isDay: row.int(1) == Level.day.rawValue,
                kept: Tally(delivered: row.int(2), failed: row.int(3), retrying: row.int(4)),
                recounted: Tally())
        }
    }
}
