package import CivilTime
import DeliveryLog

/// The parameters of a report.
package struct ReportRequest: Sendable {
    package var company: Company
    package var zone: TimeZoneRules
    /// Nil for a custom period.
    package var schedule: Schedule?
    package var period: Period
    /// The current time. If the period has not ended, the report covers it up to this time.
    package var now: Instant
    /// Whether the report shows the log as it was at ``now``, without attempts that finished later.
    package var isAsOfNow: Bool
    /// Titles of endpoints by profile ID or origin. They take precedence over the titles in the
    /// log.
    package var titles: [String: String]
    /// The earlier reports of the series, or nil if there are none.
    package var history: ReportHistory?
    /// Information about the report that is not in the log. The builder sets ``Notes/quiet``,
    /// ``Notes/logBegins``, ``Notes/pruned``, ``Notes/disabled`` and ``Notes/hasUnusualLength`` itself.
    package var notes: Notes

    package init(
        company: Company, zone: TimeZoneRules, schedule: Schedule?, period: Period,
        now: Instant, isAsOfNow: Bool = false, titles: [String: String] = [:],
        history: ReportHistory? = nil,
        notes: Notes = Notes()
    ) {
        self.company = company
        self.zone = zone
        self.schedule = schedule
        self.period = period
        self.now = now
        self.isAsOfNow = isAsOfNow
        self.titles = titles
        self.history = history
        self.notes = notes
    }

    /// The current time if the period has not ended, in whole seconds so that a report can state
    /// it exactly. The current second counts as past.
    var unfinishedAt: Instant? { wholeSecond < period.end ? wholeSecond : nil }

    /// The time as of which the log is read, or nil to use all attempts.
    var asOf: Instant? { isAsOfNow ? max(wholeSecond, covered.end) : nil }

    /// How long ago the period ended, in milliseconds, rounded down to 15 minutes. A report that
    /// is sent when it is due is of age 0. Runs once an hour must not find fewer retries than before.
    var age: Int64 {
        let age = max(0, now.milliseconds - period.end.milliseconds)
        return age - age % 900_000
    }

    private var wholeSecond: Instant { now.advanced(milliseconds: 999).rounded(downTo: 1_000) }

    /// See ``Report/covered``.
    var covered: Period { period.covered(at: unfinishedAt) }
    var hasBegun: Bool { period.progress(at: unfinishedAt) != .notBegun }
}
