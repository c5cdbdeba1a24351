import CommandLine
import Commands
import Profiles

/// The operand of every command that is about one profile.
enum ProfileIDOperand {
    static let description = OperandDescription(
        "ID", .one, help: "The profile's id in 'callback-gateway profile list'.")
}

/// `profile show`: one profile, its secrets masked.
enum ProfileShowCommand: Command {
    static let description = CommandDescription(
        name: "profile show", summary: "Shows a callback profile, its secrets masked.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init(
                "callback-gateway profile show --company HXXXXXXX071IN ID", "as the API answers it")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(try context.profileOperations().show(context.arguments.operands[0]))
    }
}

/// `profile delete`: the profile and its secrets go; its callbacks in the log stay.
enum ProfileDeleteCommand: Command {
    static let description = CommandDescription(
        name: "profile delete", summary: "Deletes a callback profile, its versions and secrets.",
        discussion: [
            "Callbacks that wait for it fail; what it has sent stays in the log. WhatsApp numbers "
                + "that are bound to it are unbound."
        ],
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [.init("callback-gateway profile delete --company HXXXXXXX071IN ID", "for good")])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(try context.profileOperations().delete(context.arguments.operands[0]))
    }
}

/// `profile enable`: also after the gateway disabled it.
enum ProfileEnableCommand: Command {
    static let description = CommandDescription(
        name: "profile enable", summary: "Lets a callback profile send again.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init("callback-gateway profile enable --company HXXXXXXX071IN ID", "once it is mended")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(
            try context.profileOperations().enable(
                context.arguments.operands[0], at: context.clock()))
    }
}

/// `profile disable`: its callbacks fail with the reason `disabled`.
enum ProfileDisableCommand: Command {
    static let description = CommandDescription(
        name: "profile disable", summary: "Stops a callback profile; its callbacks fail.",
        options: [Context.company], operands: [ProfileIDOperand.description],
        examples: [
            .init("callback-gateway profile disable --company HXXXXXXX071IN ID", "until enabled")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(
            try context.profileOperations().disable(
                context.arguments.operands[0], at: context.clock()))
    }
}
