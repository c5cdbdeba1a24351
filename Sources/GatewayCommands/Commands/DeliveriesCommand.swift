import CallbackDispatch
import CommandLine
import Commands
import DeliveryLog
import JSON

/// `deliveries`: lists the attempts of a company with their details.
enum DeliveriesCommand: Command {
    static let description = CommandDescription(
        name: "deliveries", summary: "Lists the attempts of a company, newest first.",
        options: [
            Context.company,
            .value("callback-id", "ID", help: "Only attempts of this callback."),
            .value("callback-profile", "ID", help: "Only attempts of this profile."),
            .value("channel", "WORD", help: "Only attempts of this channel."),
            .value("outcome", "WORD", help: "Only this outcome: delivered, failed or retrying."),
            .value("reason", "WORD", help: "Only this reason, such as timeout or http_5xx."),
            .value("from", "TIME", help: "Finished at or after this RFC 3339 time or day."),
            .value("to", "TIME", help: "Finished at or before this RFC 3339 time or day."),
            .value(
                "test", "BOOL", help: "List test deliveries instead (default: false).",
                allowed: ["true", "false"]),
        ] + Context.listOptions,
        examples: [
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --outcome failed",
                "failed deliveries"),
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --callback-id ID \\\n"
                    + "      --format json",
                "all details of one callback"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        try context.list(DeliveryOperations.parameters, text) {
            try context.deliveryOperations().list($0)
        }
    }

    private static func text(_ data: JSONValue, _ style: Style) -> String {
        let deliveries = (data.object?["deliveries"]?.array ?? []).compactMap(\.object)
        guard !deliveries.isEmpty else { return "no deliveries\n" }
        let head = ["FINISHED", "CALLBACK", "ATTEMPT", "OUTCOME", "WHY", "STATUS", "MS", "URL"]
        let columns = [
            "finished_at", "callback_id", "attempt", "outcome", "error", "status", "duration_ms",
            "url",
        ]
        let rows = deliveries.map { delivery in columns.map { cell(delivery[$0]) } }
        let emphasis = deliveries.map { delivery -> Emphasis in
            switch delivery["outcome"]?.string.flatMap({ Outcome(name: $0) }) {
            case .failed: .error
            case .retrying: .warning
            case .delivered, nil: .plain
            }
        }
        return TextColumns.text([head] + rows, as: [.plain] + emphasis, style)
    }

    private static func cell(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "-" }
        return (value.string ?? value.compact).withVisibleControls
    }
}
