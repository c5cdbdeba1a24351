import CommandLine
import Commands
import Profiles

/// `profile update`: changes settings, as a new version.
enum ProfileUpdateCommand: Command {
    static let description = CommandDescription(
        name: "profile update", summary: "Changes a callback profile with JSON.",
        discussion: [
            "Members that you omit keep their value. null removes a member, and \u{2022}\u{2022}\u{2022}\u{2022} "
                + "keeps the current secret. Queued callbacks are sent with the new version."
        ],
        options: [Context.company],
        operands: [ProfileIDOperand.description, RequestInput.operand],
        examples: [
            .init(
                "echo '{\"title\": \"Orders\"}' | callback-gateway profile update \\\n"
                    + "      --company HXXXXXXX071IN IN_09b3dfa7-e05d-4d84-ab2d-6ed654272a11",
                "change the title")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let operands = context.arguments.operands
        let request = try RequestInput.read(operands.count > 1 ? operands[1] : "-", context)
        let operations = try context.profileResponses()
        return context.answer(
            try operations.update(operands[0], request, at: context.clock()))
    }
}
