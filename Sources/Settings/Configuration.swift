package import Addresses

/// The whole configuration, as values that have been checked.
package struct Configuration: Sendable {
    /// The file as it was asked for, for messages.
    package let file: String
    /// The SQLite file, absolute; `callbacks.db` beside the configuration when it is not named.
    package let database: String
    package let sources: [SourceSettings]
    /// For how long attempts are kept; nil means for ever.
    package let retention: Retention?
    /// How many missed periods of a report are sent at most; 0 means only the latest.
    package let catchUp: Int
    package let mail: MailSettings
    /// The URL to fetch at the end of each run.
    package let heartbeat: String?
    /// Who is told when a report is given up.
    package let operatorAddress: Mailbox?
    /// A directory with templates in place of those in the program, absolute.
    package let templatesDirectory: String?
    package let gateway: GatewaySettings
    /// The companies without a mistake, in the order of the file.
    package let companies: [CompanySettings]
    /// The companies with one, which are held up alone.
    package let invalidCompanies: [InvalidCompany]

    /// Whether the file has a company, or may have it: one with a mistake in its SID could be any.
    package func mayName(company sid: String) -> Bool {
        companies.contains { $0.sid == sid }
            || invalidCompanies.contains { $0.sid == sid || $0.sid == nil }
    }

    /// A line for each mistake inside a company, as a run prints it before it ends with 78.
    package var mistakeLines: [String] {
        invalidCompanies.flatMap(\.mistakes).map { line(for: $0, in: file) }
    }
}
