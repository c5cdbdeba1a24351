package import CivilTime
package import DeliveryLog
package import SQLite

/// Keeps programs from acting on a clock that neither records nor earlier runs confirm.
///
/// Commands ask it before they drop, schedule or send anything by the clock, and tell it what
/// came of that, so that the next run has something to compare its own clock with.
package struct ClockGuard {
    private let log: AttemptLog
    private var database: Database { log.database }

    package init(_ log: AttemptLog) {
        self.log = log
    }

    /// One row: what the clocks of earlier runs said.
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

    /// Compares a clock with the file, and remembers the answer.
    ///
    /// - Parameter lastRun: when the last run ended as another module knows it; for files whose
    ///   runs this module has not seen.
    package func decide(
        _ reading: ClockReading, lastRun: Instant? = nil
    ) throws(DatabaseError) -> ClockVerdict {
        try database.migrate(Self.schema)
        return try database.transaction(durable: .deferred) { () throws(DatabaseError) in
            let evidence = try evidence(for: reading.now, lastRun: lastRun)
            let verdict = ClockRule.verdict(of: reading, by: evidence)
            switch verdict {
            case .confirmed: try confirm(reading.now)
            case .held: try hold(reading, evidence.held)
            }
            return verdict
        }
    }

    /// Compares a clock with the file without a trace.
    package func judge(
        _ reading: ClockReading, lastRun: Instant? = nil
    ) throws(DatabaseError) -> ClockVerdict {
        ClockRule.verdict(of: reading, by: try evidence(for: reading.now, lastRun: lastRun))
    }

    /// Runs that were held back since the last confirmed one; nil when none was.
    package func heldRuns() throws(DatabaseError) -> HeldRuns? {
        guard try isThere else { return nil }
        let row = try database.row("SELECT held_first, held_last FROM clock") {
            ($0.optionalInstant(0), $0.optionalInstant(1))
        }
        guard let row, let first = row.0, let last = row.1 else { return nil }
        return HeldRuns(first: first, last: last)
    }

    /// The latest time that a run confirmed; nil before the first one.
    package func confirmedAt() throws(DatabaseError) -> Instant? {
        guard try isThere else { return nil }
        let sql = "SELECT confirmed_at FROM clock"
        return try database.row(sql) { $0.optionalInstant(0) }.flatMap { $0 }
    }

    /// Forgets whatever a clock in the future said.
    ///
    /// - Returns: whether there was any of that.
    package func setBack(to now: Instant) throws(DatabaseError) -> Bool {
        guard try isThere else { return false }
        try database.execute(
            """
            UPDATE clock SET confirmed_at = min(confirmed_at, ?1), held_first = NULL,
                held_last = NULL
            WHERE confirmed_at > ?1 OR held_last > ?1
            """, [.integer(now.milliseconds)])
        return database.changes > 0
    }

    // MARK: Steps

    /// Whether any run has decided yet; a command that only reads makes no table.
    private var isThere: Bool {
        get throws(DatabaseError) {
            try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'clock'") > 0
        }
    }

    private func evidence(
        for now: Instant, lastRun: Instant?
    ) throws(DatabaseError) -> ClockEvidence {
        let known = [try confirmedAt(), lastRun].compactMap(\.self).max()
        var evidence = ClockEvidence(
            lastRun: known, newestRecord: nil, longestSilence: 0, held: try heldRuns())
        // A run a few minutes after another one needs no look at the log.
        guard let known, now.milliseconds - known.milliseconds > ClockReading.day else {
            return evidence
        }
        let times = try log.countedQuarters(in: Period(start: known, end: now))
        evidence.newestRecord = times.last
        // Each quarter hour stands for its first moment, so a silence is good to that.
        let all = [known] + times + [now]
        evidence.longestSilence =
            zip(all, all.dropFirst()).map { $1.milliseconds - $0.milliseconds }.max() ?? 0
        return evidence
    }

    /// A file that is written every few minutes anyway need not remember each of them.
    private func confirm(_ now: Instant) throws(DatabaseError) {
        try database.execute(
            """
            UPDATE clock SET confirmed_at = max(ifnull(confirmed_at, ?1), ?1), held_first = NULL,
                held_last = NULL
            WHERE ifnull(confirmed_at <= ?1 - \(ClockReading.hour), TRUE)
                OR held_first IS NOT NULL
            """, [.integer(now.milliseconds)])
    }

    private func hold(_ reading: ClockReading, _ held: HeldRuns?) throws(DatabaseError) {
        let isSame = held.map { ClockRule.continues($0, reading) } ?? false
        try database.execute(
            """
            UPDATE clock SET held_first = iif(?2, held_first, ?1), held_last = ?1
            """, [.integer(reading.now.milliseconds), Value(isSame ? 1 : 0)])
    }
}

extension AttemptLog {
    /// The quarter hours of a period that have counts of any company, in order.
    fileprivate func countedQuarters(in period: Period) throws(DatabaseError) -> [Instant] {
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
