package import Addresses
package import CivilTime

/// The settings of a company and its reports.
package struct CompanySettings: Sendable {
    package let sid: String
    /// The name in the file, or the sid if the file has no name.
    package let name: String
    package let zone: TimeZoneRules
    /// Titles for reports, keyed by profile ID, or by origin for endpoints without a profile.
    package let titles: [String: String]
    /// `callbackReport.enabled`. If false, the company gets no reports at all.
    package let enabled: Bool
    /// The frequencies in the file, from daily to monthly.
    package let reports: [ReportSettings]
}

/// The settings of one report frequency of a company.
package struct ReportSettings: Sendable {
    package let frequency: Frequency
    package let schedule: Schedule
    /// The recipients without duplicates. Not empty if the report is enabled.
    package let recipients: [Mailbox]
    /// Whether the counts are attached as CSV.
    package let attachCSV: Bool
    /// Whether no mail is sent for a period without callbacks.
    package let skipEmpty: Bool
    package let enabled: Bool
}

/// A company with errors in its settings. It gets no reports until they are fixed.
package struct InvalidCompany: Hashable, Sendable {
    /// Nil if the error is in the sid.
    package let sid: String?
    /// The errors. Never empty.
    package var diagnostics: [Diagnostic]
}
