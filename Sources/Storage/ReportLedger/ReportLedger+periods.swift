package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension ReportLedger {
    /// Returns the reported periods of a series that ended before an occurrence, newest first: the
    /// last one, and all that ended at or after another instant.
    ///
    /// Each is in the state that the last report before the occurrence described.
    package func reportedPeriods(
        _ company: String, _ frequency: Frequency, before occurrence: Instant, since: Instant
    ) throws(StorageError) -> [ReportedPeriod] {
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
            .integer(since.milliseconds),
        ]
        return try database.rows(Self.reportedPeriodsQuery, values) { row in
            // The state of the last revision, or else that of the report itself.
            let first: Int32 = row.isNull(7) ? 3 : 7
            return ReportedPeriod(
                report: row.integer(0), period: row.period(from: 1, to: 2),
                standing: Standing(
                    Tally(
                        delivered: row.count(first), failed: row.count(first + 1),
                        retrying: row.count(first + 2)),
                    fingerprint: row.optionalInteger(first + 3)))
        }
    }

    private static let reportedPeriodsQuery =
        """
        SELECT reports.id, period_start, occurrence, standing_delivered, standing_failed,
            standing_retrying, reports.fingerprint, last.delivered, last.failed, last.retrying,
            last.fingerprint
        FROM reports LEFT JOIN revisions AS last ON last.revised = reports.id AND last.report = (
            SELECT later.id FROM revisions JOIN reports AS later ON later.id = revisions.report
            WHERE revisions.revised = reports.id AND later.occurrence < ?3
            ORDER BY later.occurrence DESC LIMIT 1)
        WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
            AND ifnull(last.delivered, standing_delivered) IS NOT NULL
            AND occurrence >= min(?4, (
                SELECT max(occurrence) FROM reports
                WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
                    AND standing_delivered IS NOT NULL))
        ORDER BY occurrence DESC
        """

    /// Returns the periods of a series whose reports were skipped because too many were missed, since
    /// the last report before an occurrence, newest first. Their standings are empty.
    package func skippedPeriods(
        _ company: String, _ frequency: Frequency, before occurrence: Instant
    ) throws(StorageError) -> [ReportedPeriod] {
        let sql = """
            SELECT id, period_start, occurrence FROM reports
            WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3 AND skipped IS NOT NULL
                AND standing_delivered IS NULL AND occurrence > ifnull((
                    SELECT max(occurrence) FROM reports
                    WHERE company = ?1 AND frequency = ?2 AND occurrence < ?3
                        AND number IS NOT NULL), 0)
            ORDER BY occurrence DESC
            """
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
        ]
        return try database.rows(sql, values) {
            ReportedPeriod(
                report: $0.integer(0), period: $0.period(from: 1, to: 2),
                standing: Standing(Tally()))
        }
    }

    /// Returns the recorded period of an occurrence, or nil if it is not recorded.
    package func period(
        of occurrence: Instant, _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> Period? {
        let sql = """
            SELECT period_start FROM reports
            WHERE company = ? AND frequency = ? AND occurrence = ?
            """
        let values: [Value] = [
            .text(company), .text(frequency.rawValue), .integer(occurrence.milliseconds),
        ]
        return try database.row(sql, values) {
            Period(start: min($0.instant(0), occurrence), end: occurrence)
        }
    }

    /// Returns the periods whose reports expired since the last report of the series was claimed.
    package func expiredSinceLastReport(
        _ company: String, _ frequency: Frequency
    ) throws(StorageError) -> [Period] {
        let sql = """
            SELECT DISTINCT period_start, occurrence FROM reports AS expired
            JOIN deliveries ON deliveries.report = expired.id
            WHERE company = ?1 AND frequency = ?2 AND state = 'expired'
                AND finished_at >= (
                    SELECT ifnull(max(claimed_at), 0) FROM reports
                    WHERE company = ?1 AND frequency = ?2 AND number IS NOT NULL)
            ORDER BY occurrence
            """
        return try database.rows(sql, [.text(company), .text(frequency.rawValue)]) {
            $0.period(from: 0, to: 1)
        }
    }
}
