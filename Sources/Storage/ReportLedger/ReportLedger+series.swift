package import CivilTime
import SQL
package import StorageErrors

extension ReportLedger {
    /// Returns the state of every enabled series.
    package func countedSeries() throws(StorageError) -> [SeriesKey: SeriesState] {
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
    package func enable(_ series: [SeriesKey], now: Instant) throws(StorageError) {
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
    package func disable(_ series: [SeriesKey]) throws(StorageError) {
        guard !series.isEmpty else { return }
        try database.transaction { () throws(StorageError) in
            for key in series {
                try database.execute(
                    """
                    UPDATE series SET enabled = 0
                    WHERE company = ? AND frequency = ? AND enabled = 1
                    """,
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
package struct SeriesKey: Hashable, Sendable {
    package var company: String
    package var frequency: Frequency

    package init(company: String, frequency: Frequency) {
        self.company = company
        self.frequency = frequency
    }
}

extension SeriesState {
    fileprivate init(_ row: borrowing Statement, from column: Int32) {
        self.init(
            countingSince: row.instant(column),
            lastOccurrence: row.optionalInstant(column + 1))
    }
}
