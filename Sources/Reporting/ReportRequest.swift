package import CivilTime
package import DeliveryLog

/// The parameters of a report.
package struct ReportRequest: Sendable {
    package var company: Company
    package var zone: TimeZoneRules
    /// Nil for a custom period.
    package var schedule: Schedule?
    package var period: Period
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
        titles: [String: String] = [:], lastReport: LastReport? = nil, notes: Notes = Notes()
    ) {
        self.company = company
        self.zone = zone
        self.schedule = schedule
        self.period = period
        self.titles = titles
        self.lastReport = lastReport
        self.notes = notes
    }
}
