package import CivilTime
package import SQLite
package import Scheduling

extension Ledger {
    /// Notes that a frequency is enabled, and returns since when it counts.
    ///
    /// One that was off, or was never seen, starts counting now.
    func enable(
        _ company: String, _ frequency: Frequency, now: Instant
    ) throws(DatabaseError) -> SeriesState {
        if let state = try series(company, frequency) { return state }
        try database.execute(
            """
            INSERT INTO series(company, frequency, enabled, counting_since) VALUES(?, ?, 1, ?)
            ON CONFLICT(company, frequency)
            DO UPDATE SET enabled = 1, counting_since = excluded.counting_since WHERE enabled = 0
            """, [.text(company), .text(frequency.rawValue), .integer(now.milliseconds)])
        return try series(company, frequency) ?? SeriesState(countingSince: now)
    }

    /// What is known of a series that is counted; nil for one that is off or was never seen.
    package func series(
        _ company: String, _ frequency: Frequency
    ) throws(DatabaseError) -> SeriesState? {
        let sql = """
            SELECT counting_since, last_occurrence FROM series
            WHERE company = ? AND frequency = ? AND enabled = 1
            """
        return try database.row(sql, [.text(company), .text(frequency.rawValue)]) { row in
            SeriesState(
                countingSince: Instant(milliseconds: row.integer(0)),
                lastOccurrence: row.optionalInteger(1).map { Instant(milliseconds: $0) })
        }
    }

    /// Notes that every series is off but those that are named.
    ///
    /// - Parameter kept: pairs of company and frequency; companies that are held up by a mistake
    ///   in the configuration are not off.
    func disableAll(exceptSeries kept: Set<SeriesKey>) throws(DatabaseError) {
        let enabled = try database.rows(
            "SELECT company, frequency FROM series WHERE enabled = 1", [],
            { SeriesKey(company: $0.text(0), frequency: $0.text(1)) })
        for key in enabled where !kept.contains(key) {
            try database.execute(
                "UPDATE series SET enabled = 0 WHERE company = ? AND frequency = ?",
                [.text(key.company), .text(key.frequency)])
        }
    }
}

/// The name of a series.
struct SeriesKey: Hashable {
    var company: String
    /// Raw value of a ``Frequency``.
    var frequency: String
}

extension Ledger {
    /// The period of an occurrence, the same for a preview as for the report itself.
    ///
    /// It is the recorded one where there is one; else it starts where the last recorded one
    /// before it ended.
    package func period(
        endingAt occurrence: Instant, _ schedule: Schedule, of company: String
    ) throws(DatabaseError) -> Period {
        if let known = try period(of: occurrence, company, schedule.frequency) { return known }
        let state = try series(company, schedule.frequency)
        guard let state, let last = state.lastOccurrence, last < occurrence else {
            return schedule.period(endingAt: occurrence)
        }
        let previous = schedule.occurrences(after: last, through: occurrence).dropLast().last
        return Plan.period(
            endingAt: occurrence, schedule, since: state.countingSince, after: previous ?? last)
    }
}
