package import CivilTime
package import SQLite
import Scheduling
package import Settings

/// Whether the reports are well, at one instant.
package struct Health: Sendable {
    /// nil when there never was a run.
    package var lastRun: Instant?
    /// Reports that were due for longer than a run may take to come.
    package var overdue: Int
    /// Mails that were tried and wait to be tried again.
    package var waiting: Int
    /// Mails of the latest report of each series that were given up.
    package var givenUp: Int
    /// Companies held up by a mistake in the configuration.
    package var heldUp: Int
    package var now: Instant

    /// A run that is older than this is missing: cron calls it every few minutes.
    package static let patience: Int64 = 3600 * 1000

    package var lastRunIsMissing: Bool {
        guard let lastRun else { return true }
        return now.milliseconds - lastRun.milliseconds > Self.patience
    }

    package var isWell: Bool {
        !lastRunIsMissing && overdue == 0 && waiting == 0 && givenUp == 0 && heldUp == 0
    }
}

extension Ledger {
    package func health(
        of configuration: Configuration, now: Instant
    ) throws(DatabaseError) -> Health {
        try database.transaction(.read) { () throws(DatabaseError) in
            Health(
                lastRun: try lastRun()?.finishedAt, overdue: try overdue(configuration, now),
                waiting: Int(try database.integer(Self.waitingQuery)),
                givenUp: Int(try database.integer(Self.givenUpQuery)),
                heldUp: configuration.heldUp.count, now: now)
        }
    }

    private static let waitingQuery =
        """
        SELECT count(*) FROM deliveries
        WHERE state IN ('deferred', 'uncertain', 'sending') AND reply IS NOT NULL
        """

    private static let givenUpQuery =
        """
        SELECT count(*) FROM deliveries JOIN reports ON reports.id = deliveries.report
        WHERE state IN ('rejected', 'expired') AND occurrence = (
            SELECT max(occurrence) FROM reports AS latest
            WHERE latest.company = reports.company AND latest.frequency = reports.frequency)
        """

    private func overdue(
        _ configuration: Configuration, _ now: Instant
    ) throws(DatabaseError) -> Int {
        let due = now.advanced(milliseconds: -Health.patience)
        var count = 0
        for company in configuration.companies where company.enabled {
            for settings in company.reports where settings.enabled {
                guard let state = try series(company.sid, settings.frequency) else { continue }
                count += Plan.due(settings.schedule, state, now: due, catchUp: .max).count
            }
        }
        return count
    }
}
