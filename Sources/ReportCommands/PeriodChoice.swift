import CivilTime
import CommandLine
import Commands
import ReportDelivery
import Settings

/// The company and period that the options of `report` and `failures` select.
struct PeriodChoice {
    var company: CompanySettings
    /// The report of the schedule; nil for a period between two given times.
    var report: (frequency: Frequency, schedule: Schedule, settings: ReportSettings?)?
    var period: Period
    /// The current time, or the time of the report that the user wants.
    var now: Instant

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
