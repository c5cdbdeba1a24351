import API
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

/// `profile update`: changes settings, as a new version.
enum ProfileUpdateCommand: Command {
    static let description = CommandDescription(
        name: "profile update", summary: "Changes a callback profile with JSON.",
        discussion: [
            "Properties that you omit keep their value. null removes a property, and \u{2022}\u{2022}\u{2022}\u{2022} "
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

/// The operand of the commands for one profile.
enum ProfileIDOperand {
    static let description = OperandDescription(
        "ID", .one, help: "The ID of the profile in 'callback-gateway profile list'.")
}

/// `profile show`: shows one profile with masked secrets.
enum ProfileShowCommand: Command {
    static let description = CommandDescription(
        name: "profile show", summary: "Shows a callback profile with masked secrets.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init(
                "callback-gateway profile show --company HXXXXXXX071IN ID",
                "the response of the API")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(try context.profileResponses().show(context.arguments.operands[0]))
    }
}

/// `profile delete`: deletes a profile and its secrets. Its callbacks stay in the log.
enum ProfileDeleteCommand: Command {
    static let description = CommandDescription(
        name: "profile delete", summary: "Deletes a callback profile, its versions and secrets.",
        discussion: [
            "Queued callbacks of the profile fail; sent ones stay in the log. WhatsApp numbers that "
                + "are bound to the profile are unbound."
        ],
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init("callback-gateway profile delete --company HXXXXXXX071IN ID", "cannot be undone")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(try context.profileResponses().delete(context.arguments.operands[0]))
    }
}

/// `profile enable`: enables a profile, even if the gateway disabled it.
enum ProfileEnableCommand: Command {
    static let description = CommandDescription(
        name: "profile enable", summary: "Enables a callback profile.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init("callback-gateway profile enable --company HXXXXXXX071IN ID", "after a fix")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(
            try context.profileResponses().enable(
                context.arguments.operands[0], at: context.clock()))
    }
}

/// `profile disable`: disables a profile. Its callbacks fail with the reason `disabled`.
enum ProfileDisableCommand: Command {
    static let description = CommandDescription(
        name: "profile disable", summary: "Disables a callback profile; its callbacks fail.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init(
                "callback-gateway profile disable --company HXXXXXXX071IN ID", "until you enable it"
            )
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(
            try context.profileResponses().disable(
                context.arguments.operands[0], at: context.clock()))
    }
}
