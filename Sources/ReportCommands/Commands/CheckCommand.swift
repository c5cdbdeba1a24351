import Addresses
import CivilTime
import CommandLine
import Commands
import Glibc
import Mail
import ReportDelivery
import Settings
import Storage

/// `check`: validates everything that a run needs.
enum CheckCommand: Command {
    static let description = CommandDescription(
        name: "check",
        summary: "Checks the configuration, database, templates, time zones and mail server.",
        options: [
            .flag("smtp", help: "Also connect to the mail server and log in, without sending."),
            .value("to", "ADDRESS", help: "Also send a test email to this address."),
        ],
        examples: [
            .init("callback-reports check", "after every change to the configuration"),
            .init(
                "callback-reports check --smtp --to me@example.com", "test delivery to a mailbox"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let addresses = try context.arguments.value("to")
            .map { try context.mailboxes($0, of: "to") }
        let configuration = try context.configurationWithWarnings()
        let console = context.console
        console.print("configuration: \(configuration.file), \(configuration.companySummary)")
        let clock = try checkDatabase(configuration, context)
        let mails = try MailComposer(configuration)
        console.print("templates: \(configuration.templatesDirectory ?? "built in")")
        let environment = EnvironmentCheck(
            configuration, context,
            isOfRuns: try Store(ifPresent: configuration)?.isOfRuns() ?? true
        ).run()
        console.print(
            "time zones: tz database\(context.zones.version.map { " \($0)" } ?? ", unknown version")"
        )
        let mail = try mail(context, configuration, mails, to: addresses ?? [])
        let invalidCompanies: ExitStatus =
            configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
        return ExitStatus.mostSevere([environment, mail, invalidCompanies, clock])
    }

    /// Opens an existing database. A missing one is not created, because it would belong to the
    /// user who runs this command.
    private static func checkDatabase(
        _ configuration: Configuration, _ context: Context
    ) throws -> ExitStatus {
        let path = configuration.database
        if let store = try Store(ifPresent: configuration) {
            context.console.print("database: \(path)")
            let unknown = UnknownCompanies(of: try store.log.companies(), configuration)
            if let finding = unknown.finding {
                context.console.say("database: \(finding)".withVisibleControls, as: .warning)
            }
            if let future = try FutureAttempts(of: store.log, at: context.clock()) {
                context.console.say("database: \(future)", as: .warning)
            }
            return context.printFaults(try store.clockFaults(at: context.clock()))
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else { throw OutputError(path, code: errno) }
        context.console.print("database: \(path), will be created by the first command that writes")
        return .success
    }

    private static func mail(
        _ context: Context, _ configuration: Configuration, _ mails: MailComposer,
        to addresses: [Mailbox]
    ) throws -> ExitStatus {
        var statuses = [ExitStatus.success]
        let wantsProbe = context.arguments.flag("smtp")
        guard wantsProbe || !addresses.isEmpty else { return .success }
        let transport = try context.transport(configuration)
        if wantsProbe {
            statuses.append(
                context.printResult(
                    transport.probe(), "mail server", accepted: "ready", deferred: "not available"))
        }
        for mailbox in addresses {
            let lines = ["Sent by callback-reports \(CallbackReports.version)."]
            let message = try mails.testMessage(lines, to: mailbox, at: context.clock())
            let result = transport.deliver(
                try message.bytes(), from: configuration.mail.from.address, to: mailbox.address
            ) { true }
            statuses.append(context.printResult(result, mailbox.address))
        }
        return ExitStatus.mostSevere(statuses)
    }
}
