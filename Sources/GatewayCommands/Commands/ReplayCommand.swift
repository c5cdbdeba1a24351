import API
import CommandLine
import Commands

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
