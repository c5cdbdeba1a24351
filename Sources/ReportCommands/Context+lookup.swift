import Addresses
import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Mail
import ReportDelivery
import Reporting
import Settings
import Storage

/// The company and period that the options of `report` and `failures` select.
struct PeriodChoice {
    var company: CompanySettings
    /// The report of the schedule; nil for a period between two given times.
    var report: (frequency: Frequency, schedule: Schedule, settings: ReportSettings?)?
    var period: Period
    /// The current time, or the time of the report that the user wants.
    var now: Instant
    /// Whether the user wants the report of another time.
    var isAsOfNow: Bool

    static let options: [OptionDescription] = [
        .value("company", "SID", help: "The company.", isRequired: true),
        .value(
            "frequency", "F", help: "Use the last complete day, week or month.",
            allowed: Frequency.allCases.map(\.rawValue)),
        .value(
            "ending", "TIME",
            help: "With --frequency: use the last period that ended at or before this time."
        ),
        .value("from", "TIME", help: "Start of a custom period (inclusive)."),
    ]

    /// The end of the period that `--from` starts.
    static let end = OptionDescription.value(
        "to", "TIME", help: "End of the custom period (exclusive).")

    static let exclusive = [["frequency", "from"], ["ending", "from"]]

    /// - Parameter nowOption: The name of the option with the time of the report, if the command has
    ///   one.
    init(
        _ context: Context, _ configuration: Configuration, _ store: Store,
        nowOption: String? = nil
    ) throws {
        let arguments = context.arguments
        company = try context.company(arguments.required("company"), in: configuration)
        now = try Self.time(of: nowOption, context, company.zone)
        isAsOfNow = nowOption.flatMap { arguments.value($0) } != nil
        guard let frequency = arguments.value("frequency").flatMap(Frequency.init(rawValue:))
        else {
            period = try Self.custom(context, company.zone)
            return
        }
        let settings = company.reports.first { $0.frequency == frequency }
        let schedule = settings?.schedule ?? Schedule(frequency: frequency, zone: company.zone)
        report = (frequency, schedule, settings)
        let end = try context.time("ending", in: company.zone) ?? now
        period = try store.ledger.period(
            endingAt: schedule.occurrence(atOrBefore: end), schedule, of: company.sid)
    }

    private static func time(
        of option: String?, _ context: Context, _ zone: TimeZoneRules
    ) throws -> Instant {
        guard let option else { return context.clock() }
        return try context.time(option, in: zone) ?? context.clock()
    }

    private static func custom(_ context: Context, _ zone: TimeZoneRules) throws -> Period {
        let ends = context.arguments.values("to").filter { !$0.isAddresses }
        guard let start = try context.time("from", in: zone), let last = ends.last else {
            throw context.arguments.misuse("provide --frequency, or both --from and --to")
        }
        let end = try context.time(last, of: "to", in: zone)
        guard start < end else {
            throw context.arguments.misuse("--from must be before --to")
        }
        return Period(start: start, end: end)
    }
}

extension String {
    /// Whether a value of `--to` is a list of addresses. Only addresses contain `@`.
    var isAddresses: Bool { contains("@") }
}

extension Context {
    /// Returns the company with a SID.
    ///
    /// - Throws: An error if the company is not configured or its configuration is invalid.
    func company(_ sid: String, in configuration: Configuration) throws -> CompanySettings {
        if let company = configuration.companies.first(where: { $0.sid == sid }) {
            return company
        }
        if configuration.invalidCompanies.contains(where: { $0.sid == sid }) {
            for line in configuration.diagnosticLines { console.say(line, as: .error) }
            throw CommandFailure(
                .badConfiguration,
                "company '\(sid)' has an invalid configuration; see the errors above")
        }
        throw arguments.invalid(
            "company", expected: "a company in \(configuration.file)",
            among: configuration.companies.map(\.sid))
    }

    /// Returns the company of `--company`, or all companies if the option is absent.
    func companies(in configuration: Configuration) throws -> [CompanySettings] {
        guard let sid = arguments.value("company") else { return configuration.companies }
        return [try company(sid, in: configuration)]
    }

    /// Parses the value of a TIME option, in a time zone.
    func time(_ option: String, in zone: TimeZoneRules) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        return try time(text, of: option, in: zone)
    }

    /// Parses a TIME that was given as the value of an option.
    func time(_ text: String, of option: String, in zone: TimeZoneRules) throws -> Instant {
        do {
            return try TimeArgument.instant(text, in: zone)
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// Parses the value of a TIME option that belongs to no company.
    ///
    /// A time without an offset is accepted only if all companies have the same time zone.
    func time(_ option: String, for configuration: Configuration) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        if let instant = Instant(timestamp: text) { return instant }
        let zones = Set(configuration.companies.map(\.zone))
        guard zones.count == 1, let zone = zones.first else {
            throw arguments.invalid(
                option,
                expected: "an RFC 3339 time with an offset, because the companies have "
                    + "different time zones")
        }
        return try time(option, in: zone)
    }

    /// Parses the addresses that were given as the value of an option.
    func mailboxes(_ text: String, of option: String) throws -> [Mailbox] {
        do {
            return try AddressList(parsing: text).mailboxes
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// Returns the report whose ID is the operand.
    func reportEntry(in ledger: ReportLedger) throws -> ReportEntry {
        let text = arguments.operands[0]
        guard let id = Int64(text), let entry = try ledger.history(id: id).first else {
            throw arguments.invalid(
                operand: "ID", text, expected: "the ID of a report in 'callback-reports history'")
        }
        return entry
    }
}

extension Context {
    func composer(
        _ configuration: Configuration, _ log: AttemptLog
    ) throws -> ReportComposer {
        try ReportComposer(configuration, log, tzVersion: zones.version)
    }

    /// Returns the transport to the mail server or Maildir. It connects when it sends the first
    /// mail.
    ///
    /// - Throws: An error if the password cannot be read.
    func transport(_ configuration: Configuration) throws -> any MailTransport {
        try configuration.mail.transport(environment: environment, stopwatch: stopwatch)
    }

    /// Prints the result of an email that was sent by hand and returns the exit status.
    ///
    /// - Parameters:
    ///   - accepted: The word for success.
    ///   - deferred: The words for a temporary failure. Nothing retries such an email.
    func printResult(
        _ result: DeliveryResult, _ address: String, accepted: String = "sent",
        deferred: String = "not sent"
    ) -> ExitStatus {
        let words = result.failure(deferred: deferred) ?? accepted
        let advice = result.isTemporary ? "; try again later" : ""
        let line = "\(address): \(words) (\(result.reply))\(advice)".withVisibleControls
        guard case .accepted = result else {
            console.say(line, as: result.emphasis)
            return result.exitStatus
        }
        console.print(line)
        return .success
    }
}

extension DeliveryResult {
    /// A description of the failure; nil if the email was accepted.
    fileprivate func failure(deferred: String) -> String? {
        switch self {
        case .accepted: nil
        case .deferred: deferred
        case .rejected: "rejected"
        case .uncertain: "may have been sent"
        case .misconfigured: "not sent"
        }
    }

    fileprivate var isTemporary: Bool {
        if case .deferred = self { true } else { false }
    }

    fileprivate var emphasis: Emphasis {
        switch self {
        case .accepted: .plain
        case .deferred, .uncertain: .warning
        case .rejected, .misconfigured: .error
        }
    }

    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .accepted: .success
        case .deferred, .uncertain: .temporaryFailure
        case .rejected, .misconfigured: .refused
        }
    }
}

extension ReportLedger {
    /// Returns the report of a chosen period, with what the ledger knows of its series.
    func report(_ choice: PeriodChoice, by composer: ReportComposer) throws -> Report {
        guard let (_, schedule, _) = choice.report else {
            return try composer.report(
                of: choice.company, nil, choice.period, now: choice.now,
                isAsOfNow: choice.isAsOfNow)
        }
        return try report(
            of: choice.company, schedule, choice.period, now: choice.now,
            isAsOfNow: choice.isAsOfNow, by: composer)
    }
}
