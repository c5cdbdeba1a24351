package import Addresses
package import CivilTime
package import Scheduling

/// A company and the reports it gets.
package struct CompanySettings: Sendable {
    package let sid: String
    /// The sid when the file gives no name.
    package let name: String
    package let zone: TimeZoneRules
    /// Titles for reports, by profile id or by the origin of an endpoint without a profile.
    package let titles: [String: String]
    /// `callbackReport.enabled`; when false nothing is due, whatever the reports say.
    package let enabled: Bool
    /// The frequencies that the file names, from daily to monthly.
    package let reports: [ReportSettings]
}

/// One frequency of a company's reports.
package struct ReportSettings: Sendable {
    package let frequency: Frequency
    package let schedule: Schedule
    /// Each address once; may be empty only when not enabled.
    package let recipients: [Mailbox]
    /// Whether the counts are attached as CSV.
    package let attachCSV: Bool
    /// Whether a period without callbacks gets no mail.
    package let skipEmpty: Bool
    package let enabled: Bool
}
