import Addresses
import CivilTime
import CommandLine
import Commands
import Mail
import ReportRuns
import Settings

/// `check`: whether everything is ready before cron finds out.
enum CheckCommand: Command {
    static let description = CommandDescription(
        name: "check",
        summary: "Checks configuration, database, templates and time zones, and the mail server.",
        options: [
            .flag("smtp", help: "Also connect to the mail server, sign in and leave again."),
            .value("to", "ADDRESS", help: "Also send a test mail there."),
        ],
        examples: [
            .init("callback-reports check", "after every change of the configuration"),
            .init("callback-reports check --smtp --to me@example.com", "all the way to a mailbox"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let addresses = try context.arguments.value("to")
            .map { try context.mailboxes($0, of: "to") }
        let configuration = try context.configurationTellingMistakes()
        let console = context.console
        let companies = configuration.companies.count
        console.print(
            "configuration: \(configuration.file), "
                + (companies == 1 ? "1 company" : "\(companies) companies"))
        warn(of: configuration, context)
        let store = try Store(configuration)
        console.print("database: \(configuration.database)")
        let composer = try context.composer(configuration, store.log)
        console.print("templates: \(configuration.templatesDirectory ?? "built in")")
        console.print("time zones: tz database \(context.zones.version ?? "of unknown release")")
        let mail = try mail(context, configuration, composer, to: addresses ?? [])
        let heldUp: ExitStatus = configuration.heldUp.isEmpty ? .success : .badConfiguration
        return ExitStatus.gravest([mail, heldUp])
    }

    private static func warn(of configuration: Configuration, _ context: Context) {
        guard let login = configuration.mail.login, login.password.isOpenToEveryone else { return }
        context.console.say("\(login.password): every user of this machine may read it")
    }

    private static func mail(
        _ context: Context, _ configuration: Configuration, _ composer: ReportComposer,
        to addresses: [Mailbox]
    ) throws -> ExitStatus {
        var statuses = [ExitStatus.success]
        let wantsProbe = context.arguments.flag("smtp")
        guard wantsProbe || !addresses.isEmpty else { return .success }
        let transport = try context.transport(configuration)
        if wantsProbe {
            statuses.append(context.tell(transport.probe(), "mail server", accepted: "ready"))
        }
        for mailbox in addresses {
            let lines = ["Sent by callback-reports \(CallbackReports.version)."]
            let message = try composer.mails.testMessage(lines, to: mailbox, at: context.clock())
            let result = transport.deliver(
                try message.bytes(), from: composer.sender.address, to: mailbox.address
            ) { true }
            statuses.append(context.tell(result, mailbox.address))
        }
        return ExitStatus.gravest(statuses)
    }
}
