import CommandLine
import Commands
import ReportDelivery
import Settings

/// `resend`: the stored mails of a report once more.
enum ResendCommand: Command {
    static let description = CommandDescription(
        name: "resend", summary: "Mails a stored report again, the same bytes as before.",
        discussion: [
            "Recipients who got it may see it twice; their mail program knows it by its Message-ID."
        ],
        options: [
            .flag("failed-only", help: "Only to those whose server has not taken it.")
        ],
        operands: [.init("ID", .one, help: "The report's id in 'callback-reports history'.")],
        examples: [
            .init("callback-reports resend 12 --failed-only", "after an address was repaired")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let store = try Store(existing: configuration)
        let entry = try context.reportEntry(in: store.ledger)
        let session = try RunSession(context, configuration, store)
        let count = try session.run.resend(
            report: entry.id, failedOnly: context.arguments.flag("failed-only"))
        if count == 0 { context.console.print("report \(entry.id): nothing to send") }
        return session.status
    }
}
