import CivilTime
import CommandLine
import Commands
import Rendering
import ReportDelivery
import Settings
import Storage

/// `demo`: shows the product with generated data.
enum DemoCommand: Command {
    static let description = CommandDescription(
        name: "demo", summary: "Demonstrates the reports with generated data in a new directory.",
        discussion: [
            "Writes a configuration and ten days of generated attempts, imports them, simulates a "
                + "week of scheduled runs that deliver to a Maildir, and shows one report. No email "
                + "leaves your machine."
        ],
        options: [
            .value(
                "now", "TIME",
                help: "End of the ten days, as an RFC 3339 time (default: now).")
        ],
        operands: [
            .init("DIR", .atMostOne, help: "A new directory (default: callback-reports-demo).")
        ],
        examples: [.init("callback-reports demo", "try it")])

    static func run(_ context: Context) throws -> ExitStatus {
        let now = try now(context)
        let name = context.arguments.operands.first ?? "callback-reports-demo"
        let directory = context.directory(name)
        let path = try InitCommand.write(DemoLog.configuration, to: directory)
        let log = "\(directory)/callbacks.ndjson"
        let demo = DemoLog(end: now)
        let lines = try demo.write(to: log)
        context.console.print("wrote \(path)")
        context.console.print("wrote \(log): \(lines) generated attempts of three companies")
        let file = try ConfigurationLocator(
            flag: path, environment: [:], workingDirectory: context.workingDirectory
        ).read()
        let configuration = try Configuration(reading: file, zones: context.zones)
        return try show(configuration, demo, log, directory, context)
    }

    /// Returns the end of the generated days, rounded down to the minute.
    private static func now(_ context: Context) throws -> Instant {
        guard let text = context.arguments.value("now") else {
            return context.clock().rounded(downTo: 60_000)
        }
        guard let time = Instant(rfc3339: text), (1971...9998).contains(year(of: time)) else {
            throw context.arguments.invalid(
                "now", expected: "an RFC 3339 time in the years 1971 to 9998")
        }
        return time.rounded(downTo: 60_000)
    }

    private static func year(of time: Instant) -> Int {
        CivilDateTime(secondsSinceEpoch: time.seconds).date.year
    }

    private static func show(
        _ configuration: Configuration, _ demo: DemoLog, _ log: String, _ directory: String,
        _ context: Context
    ) throws -> ExitStatus {
        let store = try Store(configuration)
        let imported = try LogImport(store.log, context, configuration).run([log])
        try runWeek(configuration, store, demo, context)
        let entries = try store.ledger.history(company: DemoLog.failingCompany)
        guard let entry = entries.first(where: { $0.frequency == .daily }),
            let text = try store.ledger.form(.text, ofReport: entry.id),
            let html = try store.ledger.form(.html, ofReport: entry.id)
        else { throw CommandFailure(.internalError, "the demo produced no report to show") }
        let page = "\(directory)/report.html"
        try FileOutput.write(Array(html.utf8), to: page)
        context.console.print("\nThe last daily report of \(DemoLog.failingCompany) as text:\n")
        context.console.output.write(text)
        context.console.print("As HTML:    \(page)")
        context.console.print("All emails: \(directory)/mail (a Maildir)")
        context.console.print(
            "History:    callback-reports history --config \(configuration.file)")
        return imported
    }

    /// Simulates hourly runs during the last week.
    private static func runWeek(
        _ configuration: Configuration, _ store: Store, _ demo: DemoLog, _ context: Context
    ) throws {
        var mails = 0
        for hour in 0...(7 * 24) {
            let now = demo.end.advanced(seconds: Int64(hour - 7 * 24) * 3600)
            let session = try RunSession(context, configuration, store, now: now, isQuiet: true)
            try session.run.perform()
            try store.ledger.recordRun(finishedAt: now, status: Int(session.status.rawValue))
            mails += session.delivered
        }
        context.console.print("simulated a week of hourly runs: \(mails) emails sent")
    }
}
