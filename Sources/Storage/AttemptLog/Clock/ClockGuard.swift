package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

/// Prevents processes from acting on a clock that neither records nor earlier runs confirm.
///
/// Commands call it before they delete, schedule or send anything by the clock. It records the
/// outcome, so that the next run has something to compare its clock with.
package struct ClockGuard {
    private let log: AttemptLog
    private var database: Database { log.database }

    package init(_ log: AttemptLog) {
        self.log = log
    }

    /// One row with the clocks of earlier runs.
    private static let schema = Schema(
        owner: "clock",
        steps: [
            """
            CREATE TABLE clock(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                confirmed_at INTEGER,
                held_first INTEGER, -- of runs held back since then
                held_last INTEGER
            ) STRICT;
            INSERT INTO clock(id) VALUES(1);
            """
        ])

    /// Compares a clock with the database, and records the result.
    ///
    /// - Parameters:
    ///   - reading: The clock.
    ///   - lastRun: When the last run ended, as recorded by another module. Needed for files whose
    ///     runs this module has not seen.
    package func decide(
        _ reading: ClockReading, lastRun: Instant? = nil
    ) throws(StorageError) -> ClockVerdict {
        try database.migrate(Self.schema)
        return try database.transaction(durable: .deferred) { () throws(StorageError) in
            let evidence = try evidence(for: reading.now, lastRun: lastRun)
            let verdict = ClockRule.verdict(of: reading, by: evidence)
            switch verdict {
            case .confirmed: try confirm(reading.now)
            case .held: try hold(reading, evidence.held)
            }
            return verdict
        }
    }

    /// Compares a clock with the database, without recording anything.
    package func check(
        _ reading: ClockReading, lastRun: Instant? = nil
    ) throws(StorageError) -> ClockVerdict {
        ClockRule.verdict(of: reading, by: try evidence(for: reading.now, lastRun: lastRun))
    }

    /// Returns the runs that were held since the last confirmed one, or `nil`.
    package func heldRuns() throws(StorageError) -> HeldRuns? {
        guard try tableExists else { return nil }
        let row = try database.row("SELECT held_first, held_last FROM clock") {
            ($0.optionalInstant(0), $0.optionalInstant(1))
        }
        guard let row, let first = row.0, let last = row.1 else { return nil }
        return HeldRuns(first: first, last: last)
    }

    /// Returns the latest time that a run confirmed, or `nil` before the first run.
    package func confirmedAt() throws(StorageError) -> Instant? {
        guard try tableExists else { return nil }
        let sql = "SELECT confirmed_at FROM clock"
        return try database.row(sql) { $0.optionalInstant(0) }.flatMap { $0 }
    }

    /// Deletes what a clock in the future recorded.
    ///
    /// - Returns: Whether anything was deleted.
    package func setBack(to now: Instant) throws(StorageError) -> Bool {
        guard try tableExists else { return false }
        return try database.change(
            """
            UPDATE clock SET confirmed_at = min(confirmed_at, ?1), held_first = NULL,
                held_last = NULL
            WHERE confirmed_at > ?1 OR held_last > ?1
            """, [.integer(now.milliseconds)]) > 0
    }

    // MARK: Steps

    /// Whether any run has recorded its clock. A read-only command must not create the table.
    private var tableExists: Bool {
        get throws(StorageError) {
            try database.hasTable("clock")
        }
    }

    private func evidence(
        for now: Instant, lastRun: Instant?
    ) throws(StorageError) -> ClockEvidence {
        let known = [try confirmedAt(), lastRun].compactMap(\.self).max()
        var evidence = ClockEvidence(
            lastRun: known, newestRecord: nil, longestSilence: 0, held: try heldRuns())
        // A run shortly after another one needs no look at the log.
        guard let known, now.milliseconds - known.milliseconds > ClockReading.day else {
            return evidence
        }
        let times = try log.countedQuarters(in: Period(start: known, end: now))
        evidence.newestRecord = times.last
        // A quarter hour is represented by its start, so a silence is exact to a quarter hour.
        let all = [known] + times + [now]
        evidence.longestSilence =
            zip(all, all.dropFirst()).map { $1.milliseconds - $0.milliseconds }.max() ?? 0
        return evidence
    }

    /// Records a confirmed time. A file that is written every few minutes is updated only hourly.
    private func confirm(_ now: Instant) throws(StorageError) {
        try database.execute(
            """
            UPDATE clock SET confirmed_at = max(ifnull(confirmed_at, ?1), ?1), held_first = NULL,
                held_last = NULL
            WHERE ifnull(confirmed_at <= ?1 - \(ClockReading.hour), TRUE)
                OR held_first IS NOT NULL
            """, [.integer(now.milliseconds)])
    }

    private func hold(_ reading: ClockReading, _ held: HeldRuns?) throws(StorageError) {
        let isSame = held.map { ClockRule.continues($0, reading) } ?? false
        try database.execute(
            """
            UPDATE clock SET held_first = iif(?2, held_first, ?1), held_last = ?1
            """, [.integer(reading.now.milliseconds), Value(isSame ? 1 : 0)])
    }
}

extension AttemptLog {
    /// Returns the quarter hours of a period in which any company has counts, in order.
    fileprivate func countedQuarters(in period: Period) throws(StorageError) -> [Instant] {
        let sql = """
            SELECT DISTINCT start FROM counts WHERE level = ? AND start > ? AND start <= ?
                AND company IN (SELECT id FROM companies) ORDER BY start
            """
        return try database.rows(
            sql,
            [
                Value(BucketSize.quarterHour.rawValue), .integer(period.start.milliseconds),
                .integer(period.end.milliseconds),
            ]
        ) { $0.instant(0) }
    }
}
