import CommandLine
import Commands
import Profiles

/// `profile create`: creates a profile from the JSON of a request.
enum ProfileCreateCommand: Command {
    static let description = CommandDescription(
        name: "profile create", summary: "Creates a callback profile from JSON.",
        discussion: [
            "Accepts the same JSON as the API and prints the same response: the profile with its "
                + "ID, or all errors in the request, with exit status 65."
        ],
        options: [Context.company], operands: [RequestInput.operand],
        examples: [
            .init(
                "callback-gateway profile create --company HXXXXXXX071IN profile.json",
                "from a file")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let request = try RequestInput.read(context.arguments.operands.first ?? "-", context)
        let profiles = try context.profileResponses(makesDatabase: true)
        return context.answer(try profiles.create(request, at: context.clock()))
    }
}
