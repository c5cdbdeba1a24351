import CivilTime
import CommandLine
import Commands
import DeliveryLog
import JSON
import Rendering
import Settings
import Storage
import StorageErrors

/// `failures`: lists failed callbacks.
enum FailuresCommand: Command {
    static let description = CommandDescription(
        name: "failures", summary: "Lists the failed callbacks of a period.",
        discussion: [
            "Prints one callback per line, oldest first, with the fields that 'import' reads, so that "
                + "you can replay them. NDJSON is exact. CSV is for spreadsheets: a cell that a "
                + "spreadsheet would run as a formula starts with an apostrophe.",
            "Callbacks that 'prune' deleted cannot be listed. A warning says how many there were.",
        ],
        options: PeriodChoice.options + [
            PeriodChoice.end,
            .flag("retrying", help: "Also list callbacks that are still being retried."),
            .value(
                "format", "F", help: "Output format (default: ndjson).", allowed: ["ndjson", "csv"]),
        ],
        exclusive: PeriodChoice.exclusive + [["frequency", "to"]],
        examples: [
            .init(
                "callback-reports failures --company HXXXXXXX071IN --frequency daily",
                "the failures in the last daily report")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let store = try Store(existing: configuration)
        let choice = try PeriodChoice(context, configuration, store)
        let isCSV = context.arguments.value("format") == "csv"
        let output = context.console.output
        if isCSV { output.write(CSVRow.mark + CSVRow(cells: fields(nil).map(\.name)).text) }
        let pruned = try store.log.consistently { () throws(StorageError) in
            try store.log.forEachFailure(
                company: choice.company.sid, in: choice.period,
                includingRetrying: context.arguments.flag("retrying")
            ) { attempt in
                let fields = fields(attempt)
                output.write(isCSV ? csv(fields) : ndjson(fields))
            }
            return (
                failures: try store.log.unlistedFailures(
                    company: choice.company.sid, in: choice.period),
                limit: try store.log.prunedBefore()
            )
        }
        if pruned.failures > 0, let limit = pruned.limit {
            context.console.say(
                "\(count(pruned.failures, "failed callback")) of this period cannot be listed: "
                    + "attempts from before \(limit.rfc3339) were deleted by 'prune' or 'retention'",
                as: .warning)
        }
        return .success
    }

    private typealias RecordField = (name: String, value: JSONValue)

    private static func fields(_ attempt: Attempt?) -> [RecordField] {
        [
            ("callback_id", JSONValue(attempt?.callbackID)),
            ("company", JSONValue(attempt?.company)),
            ("finished_at", JSONValue(attempt?.finishedAt.rfc3339)),
            ("attempt", JSONValue(attempt?.number)),
            ("outcome", JSONValue(attempt?.outcome.name)),
            ("status", JSONValue(attempt?.status)),
            ("error", JSONValue(attempt?.reason?.name)),
            ("profile_id", JSONValue(attempt?.profileID)),
            ("channel", JSONValue(attempt?.channel)),
            ("event", JSONValue(attempt?.event)),
            ("method", JSONValue(attempt?.method)),
            ("url", JSONValue(attempt?.origin)),
            ("duration_ms", JSONValue(attempt?.durationMilliseconds)),
        ]
    }

    private static func csv(_ fields: [RecordField]) -> String {
        let cells = fields.map { field -> String in
            switch field.value {
            case .string(let text): CSVRow.defused(text)
            case .number(let number): number.text
            default: ""
            }
        }
        return CSVRow(cells: cells).text
    }

    private static func ndjson(_ fields: [RecordField]) -> String {
        let object = fields.filter { $0.value != .null }
            .reduce(into: JSONObject()) { $0[$1.name] = $1.value }
        return JSONValue.object(object).compact + "\n"
    }
}
