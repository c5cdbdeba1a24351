package import CivilTime
package import DeliveryLog

/// The parameters of a report.
package struct ReportRequest: Sendable {
    package var company: Company
    package var zone: TimeZoneRules
    /// Nil for a custom period.
    package var schedule: Schedule?
    package var period: Period
    /// The current time. If the period has not ended, the report covers it up to this time.
    package var now: Instant
    /// Titles of endpoints by profile ID or origin. They take precedence over the titles in the
    /// log.
    package var titles: [String: String]
    /// The previous report of the series, or nil if there is none.
    package var lastReport: LastReport?
    /// Information about the report that is not in the log. The builder sets ``Notes/quiet``,
    /// ``Notes/logBegins``, ``Notes/disabled`` and ``Notes/hasUnusualLength`` itself.
    package var notes: Notes

    package init(
        company: Company, zone: TimeZoneRules, schedule: Schedule?, period: Period,
        now: Instant, titles: [String: String] = [:], lastReport: LastReport? = nil,
        notes: Notes = Notes()
    ) {
        self.company = company
        self.zone = zone
        self.schedule = schedule
        self.period = period
        self.now = now
        self.titles = titles
        self.lastReport = lastReport
        self.notes = notes
    }

    /// The current time if the period has not ended, in whole seconds so that a report can state
    /// it exactly. The current second counts as past.
    var unfinishedAt: Instant? {
        let second = now.advanced(milliseconds: 999).rounded(downTo: 1_000)
        return second < period.end ? second : nil
    }

    /// See ``Report/covered``.
    var covered: Period { period.covered(at: unfinishedAt) }
    var hasBegun: Bool { period.progress(at: unfinishedAt) != .notBegun }
}
