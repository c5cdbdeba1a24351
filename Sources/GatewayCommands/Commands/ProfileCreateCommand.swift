import CommandLine
import Commands
import Profiles

/// `profile create`: a profile from the JSON of a request.
enum ProfileCreateCommand: Command {
    static let description = CommandDescription(
        name: "profile create", summary: "Makes a callback profile from JSON.",
        discussion: [
            "Takes what the API takes and prints what it answers: the profile with its id, or "
                + "every fault of the request; then the status is 65."
        ],
        options: [Context.company], operands: [RequestInput.operand],
        examples: [
            .init(
                "callback-gateway profile create --company HXXXXXXX071IN profile.json",
                "from a file")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let request = try RequestInput.read(context.arguments.operands.first ?? "-", context)
        let operations = try context.profileOperations(makesDatabase: true)
        return context.answer(try operations.create(request, at: context.clock()))
    }
}
