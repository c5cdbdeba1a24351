import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Settings
import Storage
import StorageErrors

/// `export attempts`: writes attempts for analysis elsewhere.
enum ExportAttemptsCommand: Command {
    static let description = AttemptExport.description(
        "attempts", summary: "Writes all attempts of the log as NDJSON or CSV.",
        meaning: "all attempts at callbacks of IN_a in November")

    static func run(_ context: Context) throws -> ExitStatus {
        try AttemptExport(context, latestOnly: false).run()
    }
}

/// `export callbacks`: writes the latest attempt of each callback.
enum ExportCallbacksCommand: Command {
    static let description = AttemptExport.description(
        "callbacks", summary: "Writes the latest attempt of each callback as NDJSON or CSV.",
        meaning: "the callbacks of IN_a in November")

    static func run(_ context: Context) throws -> ExitStatus {
        try AttemptExport(context, latestOnly: true).run()
    }
}

/// What both commands do.
private struct AttemptExport {
    private let context: Context
    private let latestOnly: Bool
    private let configuration: Configuration

    init(_ context: Context, latestOnly: Bool) throws {
        (self.context, self.latestOnly) = (context, latestOnly)
        configuration = try context.configuration()
    }

    func run() throws -> ExitStatus {
        let store = try Store(existing: configuration)
        let filter = try filter()
        let lines = AttemptLines(
            format: AttemptOptions.format(context.arguments), isComplete: true)
        let output = context.console.output
        try store.log.consistently { () throws(StorageError) in
            try AttemptOptions.warnOfUnknown(filter, in: store.log, context)
            output.write(lines.header(ofExport: true))
            try store.log.forEachAttempt(filter, latestOnly: latestOnly) {
                output.write(lines.line($0))
            }
        }
        return .success
    }

    private func filter() throws -> AttemptFilter {
        var filter = AttemptOptions.filter(context.arguments)
        filter.company = context.arguments.value("company")
        filter.outcome = context.arguments.value("outcome").flatMap { Outcome(name: $0) }
        filter.start = try time("from")
        filter.end = try time("to")
        if let start = filter.start, let end = filter.end, start >= end {
            throw context.arguments.misuse("--from must be before --to")
        }
        return filter
    }

    /// A company that the configuration no longer contains can be in the log.
    private func time(_ option: String) throws -> Instant? {
        let company = configuration.companies.first { $0.sid == context.arguments.value("company") }
        guard let company else { return try context.time(option, for: configuration) }
        return try context.time(option, in: company.zone)
    }
}

extension AttemptExport {
    fileprivate static func description(
        _ rows: String, summary: String, meaning: String
    ) -> CommandDescription {
        CommandDescription(
            name: "export \(rows)", summary: summary,
            discussion: [
                "Writes one line per attempt, ordered by the 15-minute interval (UTC) in which it "
                    + "finished. Every NDJSON line has the same fields, with null if there is no value, "
                    + "so that DuckDB, pandas and others read it as a table. 'import' reads the output. "
                    + "CSV is for spreadsheets: a cell that a spreadsheet would run as a formula starts "
                    + "with an apostrophe.",
                "The output is consistent: it does not contain what is recorded after the command has "
                    + "started. To query the database directly, see docs/storage.md.",
            ],
            options: [
                .value("company", "SID", help: "Only this company (default: all)."),
                .value("from", "TIME", help: "Only attempts that finished at or after this time."),
                .value("to", "TIME", help: "Only attempts that finished before this time."),
            ] + AttemptOptions.all + [AttemptOptions.outcome, AttemptOptions.format],
            examples: [
                .init("callback-reports export \(rows) > \(rows).ndjson", "the whole log"),
                .init(
                    "callback-reports export \(rows) --company HXXXXXXX071IN --profile IN_a \\\n"
                        + "      --from 2026-11-01 --to 2026-12-01 --format csv", meaning),
            ])
    }
}
