import Addresses
import CivilTime
import CommandLine
import Commands
import Mail
import ReportDelivery
import Reporting
import Settings
import Storage

/// `report`: creates one report and prints or emails it.
enum ReportCommand: Command {
    static let description = CommandDescription(
        name: "report", summary: "Creates one report now, independent of the schedule.",
        discussion: [
            "With --frequency, the report covers the last complete period of the schedule, like "
                + "the scheduled email. With --from and --to, it covers a custom period. The "
                + "report never replaces a scheduled one."
        ],
        options: PeriodChoice.options + [
            .value(
                "format", "F", help: "Output format (default: text).", allowed: ReportOutput.formats
            ),
            ReportOutput.option,
            .value(
                "now", "TIME",
                help:
                    "The time up to which a period that has not ended is covered (default: now)."),
            .flag("send", help: "Email it to the recipients of this frequency, or to --to."),
            .value(
                "to", "TIME|ADDRESSES",
                help: "With --from: end of the period (exclusive). With --send: comma-separated "
                    + "recipients. You can use --to twice: once for a time and once for recipients.",
                isRepeatable: true),
        ],
        exclusive: PeriodChoice.exclusive + [["send", "output"], ["send", "format"]],
        examples: [
            .init(
                "callback-reports report --company HXXXXXXX071IN --frequency daily",
                "the last complete day"),
            .init(
                "callback-reports report --company HXXXXXXX071IN --format json \\\n"
                    + "      --from 2026-11-01 --to 2026-11-08T12:00",
                "a custom period, as JSON"),
            .init(
                "callback-reports report --company HXXXXXXX071IN --frequency weekly --send",
                "email it now"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        try checkEnds(context)
        let configuration = try context.configuration()
        let store = try Store(existing: configuration)
        let choice = try PeriodChoice(context, configuration, store, nowOption: "now")
        let composer = try context.composer(configuration, store.log)
        let report = try store.ledger.report(choice, by: composer)
        if context.arguments.flag("send") {
            return try send(report, choice, composer, configuration, context)
        }
        try ReportOutput.write(bytes(of: report, choice, composer, context), context)
        return .success
    }

    private static func bytes(
        of report: Report, _ choice: PeriodChoice, _ composer: ReportComposer, _ context: Context
    ) throws -> [UInt8] {
        let name = context.arguments.value("format") ?? "text"
        if let form = ReportForm(rawValue: name) {
            return Array(try composer.text(of: report, as: form).utf8)
        }
        return try messages(of: report, choice, composer, context)[0].bytes()
    }

    private static func messages(
        of report: Report, _ choice: PeriodChoice, _ composer: ReportComposer, _ context: Context
    ) throws -> [OutgoingMessage] {
        composer.mails.messages(
            of: report, as: try composer.mails.rendered(report),
            to: try recipients(choice, composer, context),
            attachCSV: choice.report?.settings?.attachCSV ?? false,
            date: context.clock())
    }
}

// MARK: - Sending

extension ReportCommand {
    /// Rejects values of `--to` that would have no effect.
    private static func checkEnds(_ context: Context) throws {
        let arguments = context.arguments
        let times = arguments.values("to").filter { !$0.isAddresses }
        if let time = times.first, arguments.value("from") == nil {
            throw arguments.misuse(
                "--to: '\(time.withVisibleControls)' is not an email address, and a TIME requires "
                    + "--from; use an address such as name@example.com")
        }
        guard times.count < 2, arguments.values("to").count - times.count < 2 else {
            throw arguments.misuse("provide --to once for a TIME and once for ADDRESSES")
        }
        let isMail = arguments.flag("send") || arguments.value("format") == "eml"
        guard addresses(context) == nil || isMail else {
            throw arguments.misuse("--to ADDRESSES requires --send or --format eml")
        }
    }

    private static func addresses(_ context: Context) -> String? {
        context.arguments.values("to").last { $0.isAddresses }
    }

    private static func recipients(
        _ choice: PeriodChoice, _ composer: ReportComposer, _ context: Context
    ) throws -> [Mailbox] {
        if let text = addresses(context) { return try context.mailboxes(text, of: "to") }
        if let configured = choice.report?.settings?.recipients, !configured.isEmpty {
            return configured
        }
        guard context.arguments.flag("send") else { return [composer.sender] }
        throw context.arguments.misuse("this report has no recipients; provide them with --to")
    }

    private static func send(
        _ report: Report, _ choice: PeriodChoice, _ composer: ReportComposer,
        _ configuration: Configuration, _ context: Context
    ) throws -> ExitStatus {
        let messages = try messages(of: report, choice, composer, context)
        let transport = try context.transport(configuration)
        var statuses: [ExitStatus] = []
        for message in messages {
            let result = transport.deliver(
                try message.bytes(), from: composer.sender.address, to: message.to.address
            ) { true }
            statuses.append(context.printResult(result, message.to.address))
        }
        return ExitStatus.mostSevere(statuses)
    }
}
