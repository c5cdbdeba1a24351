import CivilTime
import CommandLine
import Commands
import JSON
import Rendering
import ReportDelivery
import Settings
import Storage

/// `schedule`: shows when reports are due.
enum ScheduleCommand: Command {
    static let description = CommandDescription(
        name: "schedule", summary: "Shows when the next reports are due and what they cover.",
        discussion: [
            "Times are in the company's time zone, according to the tz database of this machine."
        ],
        options: [
            .value("company", "SID", help: "Show only this company."),
            .value("after", "TIME", help: "Show reports due after this time (default: now)."),
            .value(
                "count", "N", help: "Number of reports for each company and frequency (default: 3)."
            ),
            .value(
                "format", "F", help: "Output format (default: text).", allowed: ["text", "json"]),
        ],
        examples: [
            .init("callback-reports schedule", "the next reports of every company"),
            .init(
                "callback-reports schedule --after 2026-12-24 --count 1 --format json",
                "the first report of each series after a date"),
        ])

    /// A future report.
    struct Line {
        var company: CompanySettings
        var frequency: Frequency
        var period: Period
    }

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configurationReportingErrors()
        let count = try context.arguments.integer("count", in: 1...10_000) ?? 3
        let ledger = try openLedger(configuration)
        var lines: [Line] = []
        for company in try context.companies(in: configuration) where company.enabled {
            let after = try context.time("after", in: company.zone) ?? context.clock()
            for report in company.reports where report.enabled {
                lines += try self.lines(company, report, after, count, ledger)
            }
        }
        lines.sort { ($0.period.end, $0.company.sid) < ($1.period.end, $1.company.sid) }
        let isJSON = context.arguments.value("format") == "json"
        context.console.output.write(isJSON ? json(lines) : text(lines))
        return configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
    }

    /// Opens the ledger if it exists. Looking ahead does not create it.
    private static func openLedger(_ configuration: Configuration) throws -> ReportLedger? {
        try Store(ifPresent: configuration)?.ledger
    }

    private static func lines(
        _ company: CompanySettings, _ report: ReportSettings, _ after: Instant, _ count: Int,
        _ ledger: ReportLedger?
    ) throws -> [Line] {
        try report.schedule.occurrences(after: after).prefix(count).map { due in
            let period = try ledger?.period(endingAt: due, report.schedule, of: company.sid)
            return Line(
                company: company, frequency: report.frequency,
                period: period ?? report.schedule.period(endingAt: due))
        }
    }

    private static func text(_ lines: [Line]) -> String {
        let rows = lines.map { line in
            let zone = line.company.zone
            return [
                line.company.sid, line.frequency.rawValue, line.period.end.rfc3339(in: zone),
                line.period.end.rfc3339, "from \(line.period.start.rfc3339(in: zone))",
            ]
        }
        return TextColumns.text([["COMPANY", "FREQUENCY", "DUE", "DUE (UTC)", "PERIOD"]] + rows)
    }

    private static func json(_ lines: [Line]) -> String {
        let values: [JSONValue] = lines.map { line in
            let zone = line.company.zone
            return .object([
                "company": .string(line.company.sid),
                "frequency": .string(line.frequency.rawValue),
                "due": .string(line.period.end.rfc3339(in: zone)),
                "dueUTC": .string(line.period.end.rfc3339),
                "period": .period(line.period, in: zone),
            ])
        }
        return JSONValue.array(values).text() + "\n"
    }
}
