package import Addresses

/// The validated configuration.
///
/// Create it from a file that ``ConfigurationLocator`` found:
///
///     let file = try ConfigurationLocator(
///         flag: nil, environment: environment, workingDirectory: "/srv/reports"
///     ).read()
///     let configuration = try Configuration(reading: file, zones: zones)
///     for line in configuration.diagnosticLines { print(line) }
package struct Configuration: Sendable {
    /// The file name as the user gave it, for messages.
    package let file: String
    /// The absolute path of the file for `--config`, or nil if commands find the file without it.
    package let pathForCommands: String?
    /// The absolute path of the SQLite database. The default is `callbacks.db` next to the
    /// configuration file.
    package let database: String
    package let sources: [SourceSettings]
    /// How long attempts are kept, or nil to keep them forever.
    package let retention: Retention?
    /// The maximum number of missed periods that are sent per report. 0 sends only the latest
    /// period.
    package let catchUp: Int
    package let mail: MailSettings
    /// The URL to fetch at the end of each run.
    package let heartbeat: String?
    /// The address that receives a mail when a report cannot be delivered.
    package let operatorAddress: Mailbox?
    /// The absolute path of a directory with templates that replace the built-in ones.
    package let templatesDirectory: String?
    package let gateway: GatewaySettings
    /// The companies without errors, in the order of the file.
    package let companies: [CompanySettings]
    /// The companies with errors. They get no reports; the other companies are not affected.
    package let invalidCompanies: [InvalidCompany]

    /// Whether the file contains the company, or might contain it: a company whose SID is invalid
    /// could be any.
    package func mayName(company sid: String) -> Bool {
        companies.contains { $0.sid == sid }
            || invalidCompanies.contains { $0.sid == sid || $0.sid == nil }
    }

    /// One line per error inside a company. A run prints them and exits with status 78.
    package var diagnosticLines: [String] {
        invalidCompanies.flatMap(\.diagnostics).map { line(for: $0, in: file) }
    }
}
