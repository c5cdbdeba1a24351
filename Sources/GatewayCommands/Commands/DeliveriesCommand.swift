import API
import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Storage

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
            .value(
                "from", "TIME",
                help: "Only attempts that finished at or after this RFC 3339 time or UTC day."),
            .value(
                "to", "TIME",
                help: "Only attempts that finished at or before this RFC 3339 time or UTC day."),
            .value(
                "test", "BOOL", help: "List test deliveries instead (default: false).",
                allowed: ["true", "false"]),
        ] + Context.listOptions,
        examples: [
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --outcome failed",
                "only failed attempts"),
            .init(
                "callback-gateway deliveries --company HXXXXXXX071IN --callback-id ID \\\n"
                    + "      --format json",
                "all details of one callback"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let operations = try context.deliveryOperations()
        return try context.list(
            DeliveryOperations.parameters, text,
            respond: { try DeliveryResponses(operations).list($0) },
            { try operations.list($0, size: \.encodedSize) })
    }

    private static func text(_ deliveries: [Delivery], _ style: Style) -> String {
        guard !deliveries.isEmpty else { return "no deliveries\n" }
        let head = ["FINISHED", "CALLBACK", "ATTEMPT", "OUTCOME", "REASON", "STATUS", "MS", "URL"]
        return TextColumns.text(
            [head] + deliveries.map { row($0.attempt) },
            as: [.plain] + deliveries.map(\.attempt.outcome.emphasis), style)
    }

    private static func row(_ attempt: Attempt) -> [String] {
        let words: [String?] = [
            attempt.finishedAt.rfc3339, attempt.callbackID, "\(attempt.number)",
            attempt.outcome.name, attempt.reason?.name, attempt.status.map { "\($0)" },
            attempt.durationMilliseconds.map { "\($0)" }, attempt.origin,
        ]
        return words.map { $0?.withVisibleControls ?? "-" }
    }
}

extension Outcome {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .delivered: .plain
        case .retrying: .warning
        case .failed: .error
        }
    }
}

/// `replay`: sends a finished callback again.
enum ReplayCommand: Command {
    static let description = CommandDescription(
        name: "replay", summary: "Queues delivered or failed callbacks again.",
        discussion: [
            "Each callback is sent again with the same ID and the newest version of its profile, in a "
                + "single attempt without retries."
        ],
        options: [Context.company],
        operands: [.init("ID", .oneOrMore, help: "The ID of the callback.")],
        examples: [
            .init(
                "callback-gateway replay --company HXXXXXXX071IN ID", "then run 'dispatch --once'")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let deliveries = DeliveryResponses(try context.deliveryOperations())
        let statuses = try context.arguments.operands.map { id in
            context.answer(try deliveries.replay(id, at: context.clock()))
        }
        return ExitStatus.mostSevere(statuses)
    }
}
