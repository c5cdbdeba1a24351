import CommandLine
import Commands
import ReportDelivery
import Settings
import Storage

/// `resend`: sends the stored emails of a report again.
enum ResendCommand: Command {
    static let description = CommandDescription(
        name: "resend", summary: "Emails a stored report again, unchanged.",
        discussion: [
            "Recipients may receive the email twice. Both copies have the same Message-ID, so "
                + "email clients can recognize the duplicate. Webhooks get the same 'webhook-id'."
        ],
        options: [
            .flag(
                "failed-only",
                help: "Skip recipients whose mail server has already accepted the email.")
        ],
        operands: [.init("ID", .one, help: "The ID of the report in 'callback-reports history'.")],
        examples: [
            .init("callback-reports resend 12 --failed-only", "after you fixed a mailbox")
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
