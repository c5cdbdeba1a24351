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
            case .confirmed:
                try noteFirst(evidence.lastRun ?? reading.now, reading.now)
                try confirm(reading.now)
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

    /// Records the clock of a command that does nothing by the clock, such as an import.
    ///
    /// The first run compares its clock with it. Later runs have the clocks of earlier ones. A clock
    /// that nothing confirms is not recorded.
    package func note(_ reading: ClockReading) throws(StorageError) {
        guard try confirmedAt() == nil else { return }
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            let evidence = try evidence(for: reading.now, lastRun: nil)
            guard ClockRule.verdict(of: reading, by: evidence) == .confirmed else { return }
            try noteFirst(reading.now, reading.now)
        }
    }

    /// Returns whether a run may delete old data by a clock that was confirmed.
    ///
    /// The first run confirms its clock itself. It and other runs within the next hour delete
    /// something only if there are recent records.
    package func mayPrune(_ reading: ClockReading) throws(StorageError) -> Bool {
        if reading.isAccepted { return true }
        let first = try database.row("SELECT first_at FROM clock_seen") { $0.instant(0) }
        let now = reading.now
        if let first, now.milliseconds - first.milliseconds >= ClockReading.hour { return true }
        guard let newest = try log.newestQuarter(before: now) else { return true }
        return now.milliseconds - newest.milliseconds <= reading.window
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
        _ = try database.change(
            """
            UPDATE clock_seen SET first_at = min(first_at, ?1), latest_at = min(latest_at, ?1)
            WHERE latest_at > ?1
            """, [.integer(now.milliseconds)])
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
        var known = [try confirmedAt(), lastRun].compactMap(\.self).max()
        if known == nil { known = try seenAt() }
        var evidence = ClockEvidence(
            lastRun: known, newestRecord: nil, longestSilence: 0, held: try heldRuns())
        guard let known else {
            evidence.newestRecord = try log.newestQuarter(before: now)
            return evidence
        }
        // A run shortly after another one needs no look at the log.
        guard now.milliseconds - known.milliseconds > ClockReading.day else {
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

    /// Returns the clock of the latest import before the first run.
    private func seenAt() throws(StorageError) -> Instant? {
        try database.row("SELECT latest_at FROM clock_seen") { $0.instant(0) }
    }

    /// Records since when there are readings of the clock, and the latest one.
    private func noteFirst(_ first: Instant, _ now: Instant) throws(StorageError) {
        try database.execute(
            """
            INSERT INTO clock_seen(id, first_at, latest_at) VALUES(1, min(?1, ?2), ?2)
            ON CONFLICT(id) DO UPDATE SET first_at = min(first_at, ?2), latest_at = ?2
            WHERE first_at > ?2 OR abs(latest_at - ?2) > \(ClockReading.hour)
            """, [.integer(first.milliseconds), .integer(now.milliseconds)])
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
    /// Returns the last quarter hour with counts that starts before an instant. Records that were
    /// ahead of the clock do not count.
    fileprivate func newestQuarter(before now: Instant) throws(StorageError) -> Instant? {
        let sql = """
            SELECT max((SELECT max(start) FROM counts
                WHERE company = companies.id AND level = ? AND start <= ?
                    AND start NOT IN (SELECT start FROM ahead_quarters)))
            FROM companies
            """
        return try database.row(
            sql, [Value(BucketSize.quarterHour.rawValue), .integer(now.milliseconds)]
        ) { $0.optionalInstant(0) }.flatMap { $0 }
    }

    /// Returns the quarter hours of a period in which any company has counts, in order. Records that
    /// were ahead of the clock when they were recorded do not count, because the program that made
    /// them had a wrong clock.
    fileprivate func countedQuarters(in period: Period) throws(StorageError) -> [Instant] {
        let sql = """
            SELECT DISTINCT start FROM counts WHERE level = ? AND start > ? AND start <= ?
                AND company IN (SELECT id FROM companies)
                AND start NOT IN (SELECT start FROM ahead_quarters) ORDER BY start
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
