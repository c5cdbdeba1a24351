import CallbackDispatch
import CommandLine
import Commands
import JSON

/// `deliveries`: the attempts of a company, with all that is known of them.
enum DeliveriesCommand: Command {
    static let description = CommandDescription(
        name: "deliveries", summary: "Lists the attempts of a company, newest first.",
        options: [
            Context.company,
            .value("callback-id", "ID", help: "Those of one callback."),
            .value("callback-profile", "ID", help: "Those of one profile."),
            .value("channel", "WORD", help: "Those of one channel."),
            .value("outcome", "WORD", help: "delivered, failed or retrying."),
            .value("reason", "WORD", help: "Such as timeout or http_5xx."),
            .value("from", "TIME", help: "Those that finished then or later: RFC 3339, or a day."),
            .value("to", "TIME", help: "Those that finished by then, that day included."),
            .value(
                "test", "BOOL", help: "Tests of profiles instead (false).",
                allowed: ["true", "false"]),
        ] + Context.listOptions,
        examples: [
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --outcome failed",
                "what was given up"),
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --callback-id ID \\\n"
                    + "      --format json",
                "all about one callback"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        try context.list(DeliveryOperations.parameters, text) {
            try context.deliveryOperations().list($0)
        }
    }

    private static func text(_ data: JSONValue) -> String {
        let deliveries = (data.object?["deliveries"]?.array ?? []).compactMap(\.object)
        guard !deliveries.isEmpty else { return "no deliveries\n" }
        let head = ["FINISHED", "CALLBACK", "ATTEMPT", "OUTCOME", "WHY", "STATUS", "MS", "URL"]
        let columns = [
            "finished_at", "callback_id", "attempt", "outcome", "error", "status", "duration_ms",
            "url",
        ]
        let rows = deliveries.map { delivery in columns.map { cell(delivery[$0]) } }
        return TextColumns.text([head] + rows)
    }

    private static func cell(_ value: JSONValue?) -> String {
        guard let value, value != .null else { return "-" }
        return (value.string ?? value.compact).withVisibleControls
    }
}
