package import CivilTime
package import DeliveryLog
package import Scheduling

/// What a report is to be about.
package struct ReportRequest: Sendable {
    package var company: Company
    package var zone: TimeZoneRules
    /// nil for a period that somebody chose by hand.
    package var schedule: Schedule?
    package var period: Period
    /// Titles of endpoints by profile id or origin; they win over those that the log knows.
    package var titles: [String: String]
    /// What the last report of the series said; nil when there is none.
    package var lastReport: LastReport?
    /// What is known about the report beside the log. ``Notes/quiet``, ``Notes/logBegins``,
    /// ``Notes/disabled`` and ``Notes/hasUnusualLength`` are found out.
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

/// What a report that went out held, kept to be compared with.
package struct LastReport: Hashable, Sendable {
    package var period: Period
    /// The callbacks as they stood at the end of the period, by what the log knew then.
    package var standing: Tally

    package init(period: Period, standing: Tally) {
        self.period = period
        self.standing = standing
    }
}
