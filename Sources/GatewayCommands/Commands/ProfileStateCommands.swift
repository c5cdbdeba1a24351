import API
import CommandLine
import Commands
import Profiles

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
