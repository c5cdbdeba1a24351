package import CivilTime
import SQLite
package import Scheduling
import Storage
package import StorageErrors

extension Ledger {
    /// Returns the state of every enabled series.
    func countedSeries() throws(StorageError) -> [SeriesKey: SeriesState] {
        let sql = """
            SELECT company, frequency, counting_since, last_occurrence FROM series
            WHERE enabled = 1
            """
        let rows = try database.rows(sql) { row in
            (
                SeriesKey(
                    company: row.text(0), frequency: Frequency(rawValue: row.text(1)) ?? .daily),
                SeriesState(row, from: 2)
            )
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Enables series. A series that is new or was disabled counts from now on.
    func enable(_ series: [SeriesKey], now: Instant) throws(StorageError) {
        guard !series.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for key in series {
                try database.execute(
                    """
                    INSERT INTO series(company, frequency, enabled, counting_since)
                    VALUES(?, ?, 1, ?) ON CONFLICT(company, frequency)
                    DO UPDATE SET enabled = 1, counting_since = excluded.counting_since
                        WHERE enabled = 0
                    """,
                    [
                        .text(key.company), .text(key.frequency.rawValue),
                        .integer(now.milliseconds),
                    ])
            }
        }
    }

    /// Disables series.
    func disable(_ series: [SeriesKey]) throws(StorageError) {
        guard !series.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for key in series {
                try database.execute(
                    "UPDATE series SET enabled = 0 WHERE company = ? AND frequency = ?",
                    [.text(key.company), .text(key.frequency.rawValue)])
            }
        }
    }

    /// Returns the state of an enabled series, or nil if it is disabled or unknown.
    package func series(
        _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> SeriesState? {
        let sql = """
            SELECT counting_since, last_occurrence FROM series
            WHERE company = ? AND frequency = ? AND enabled = 1
            """
        return try database.row(sql, [.text(company), .text(frequency.rawValue)]) {
            SeriesState($0, from: 0)
        }
    }
}

/// Identifies a series.
struct SeriesKey: Hashable {
    var company: String
    var frequency: Frequency
}

extension SeriesState {
    fileprivate init(_ row: borrowing Statement, from column: Int32) {
        self.init(
            countingSince: row.instant(column),
            lastOccurrence: row.optionalInstant(column + 1))
    }
}

extension Ledger {
    /// Returns the period of an occurrence. A preview and the report itself use the same period.
    ///
    /// If the occurrence is recorded, this is the recorded period. Otherwise the period starts
    /// where the last recorded one ended.
    package func period(
        endingAt occurrence: Instant, _ schedule: Schedule, of company: String
    ) throws(StorageError) -> Period {
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
