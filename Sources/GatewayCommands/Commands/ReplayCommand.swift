import CallbackDispatch
import CommandLine
import Commands

/// `replay`: a callback that is over once more.
enum ReplayCommand: Command {
    static let description = CommandDescription(
        name: "replay", summary: "Queues callbacks once more that were delivered or failed.",
        discussion: [
            "Each is sent again with the same id, by the newest version of its profile, in one "
                + "attempt that no other follows."
        ],
        options: [Context.company],
        operands: [.init("ID", .oneOrMore, help: "The callback's id.")],
        examples: [
            .init("callback-gateway replay --company HXXXXXXX071IN ID", "then 'dispatch --once'")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let operations = try context.deliveryOperations()
        let statuses = try context.arguments.operands.map { id in
            context.answer(try operations.replay(id, at: context.clock()))
        }
        return ExitStatus.gravest(statuses)
    }
}
