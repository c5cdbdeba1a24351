import API
import CommandLine
import Commands
import Profiles

/// The operand of the commands for one number.
private let numberOperand = OperandDescription(
    "NUMBER", .one, help: "The WhatsApp number in E.164 format, such as +919876543210.")

/// `whatsapp bind`: binds a number to the profile that gets its messages.
enum WhatsAppBindCommand: Command {
    static let description = CommandDescription(
        name: "whatsapp bind",
        summary: "Binds a WhatsApp number to a profile, which then receives its incoming messages.",
        options: [Context.company],
        operands: [numberOperand, .init("PROFILE", .one, help: "The ID of the profile.")],
        examples: [
            .init(
                "callback-gateway whatsapp bind --company HXXXXXXX071IN +919876543210 ID",
                "replaces an earlier binding")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let operands = context.arguments.operands
        return context.answer(
            try context.profileResponses().bind(operands[0], to: operands[1]))
    }
}

/// `whatsapp list`: lists the numbers of a company and their profiles.
enum WhatsAppListCommand: Command {
    static let description = CommandDescription(
        name: "whatsapp list", summary: "Lists the WhatsApp numbers of a company.",
        options: [
            Context.company,
            .value("limit", "N", help: "Maximum number of entries (default: 1000)."),
            .value("offset", "N", help: "Number of entries to skip (default: 0)."),
        ],
        examples: [
            .init("callback-gateway whatsapp list --company HXXXXXXX071IN", "with their profiles")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let parameters = ProfileOperations.pageNames.compactMap { name in
            context.arguments.value(name).map { (name: name, value: $0) }
        }
        return context.answer(try context.profileResponses().bindings(parameters))
    }
}

/// `whatsapp unbind`: removes the binding of a number.
enum WhatsAppUnbindCommand: Command {
    static let description = CommandDescription(
        name: "whatsapp unbind", summary: "Unbinds a WhatsApp number from its profile.",
        options: [Context.company], operands: [numberOperand],
        examples: [
            .init(
                "callback-gateway whatsapp unbind --company HXXXXXXX071IN +919876543210",
                "effective immediately")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        context.answer(try context.profileResponses().unbind(context.arguments.operands[0]))
    }
}
