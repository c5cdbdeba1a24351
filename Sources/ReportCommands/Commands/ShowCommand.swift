import CommandLine
import Commands
import ReportDelivery
import Settings
import Storage

/// `show`: shows a stored report.
enum ShowCommand: Command {
    static let description = CommandDescription(
        name: "show", summary: "Shows a stored report exactly as it was created.",
        options: [
            .value(
                "format", "F", help: "Output format (default: text).", allowed: ReportOutput.formats
            ),
            ReportOutput.option,
        ],
        operands: [.init("ID", .one, help: "The ID of the report in 'callback-reports history'.")],
        examples: [
            .init("callback-reports show 12", "report 12 as text"),
            .init(
                "callback-reports show 12 --format html --output r.html", "save it for a browser"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try Store(existing: context.configuration())
        let entry = try context.reportEntry(in: store.ledger)
        guard let bytes = try bytes(of: entry, context, store.ledger) else {
            if entry.kind.frequency == nil {
                throw CommandFailure(
                    .usage, "\(entry.id) is an alert, which has no CSV; use another --format")
            }
            if entry.skipped == nil, !entry.deliveries.isEmpty {
                throw CommandFailure(
                    .usage, "\(entry.id) was sent to no email address; use another --format")
            }
            throw CommandFailure(
                .badData,
                "report \(entry.id) was skipped (\(entry.skipped ?? "no email")), so it has no "
                    + "stored content")
        }
        try ReportOutput.write(bytes, context)
        return .success
    }

    private static func bytes(
        of entry: ReportEntry, _ context: Context, _ ledger: ReportLedger
    ) throws -> [UInt8]? {
        let name = context.arguments.value("format") ?? "text"
        guard let form = ReportForm(rawValue: name) else {
            return try ledger.mails(ofReport: entry.id).first
        }
        return try ledger.form(form, ofReport: entry.id).map { Array($0.utf8) }
    }
}
