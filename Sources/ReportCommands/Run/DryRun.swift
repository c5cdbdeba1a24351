import Addresses
import Alerts
import CivilTime
import CommandLine
import Commands
import Rendering
import ReportDelivery
import Settings
import Storage

/// Prints what a run would do at an instant, without doing it.
struct DryRun {
    private let context: Context
    private let configuration: Configuration
    /// The time of `--now`.
    private let simulated: Instant?
    private let now: Instant

    init(_ context: Context, _ configuration: Configuration, simulated: Instant?) {
        self.context = context
        self.configuration = configuration
        self.simulated = simulated
        now = simulated ?? context.clock()
    }

    func run() throws -> ExitStatus {
        let store = try Store(ifPresent: configuration)
        if let store, let words = try refusal(store) {
            context.console.say(words, as: .error)
            return .temporaryFailure
        }
        let ledger = store?.ledger
        for company in configuration.companies where company.enabled {
            for report in company.reports where report.enabled {
                try preview(company, report, ledger)
            }
        }
        if let store { try previewAlerts(store) }
        if let waiting = try ledger?.waitingDeliveries(now: now), waiting > 0 {
            let emails = waiting == 1 ? "1 waiting email" : "\(waiting) waiting emails"
            context.console.print("would retry \(emails)")
        }
        return configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
    }

    private func refusal(_ store: Store) throws -> String? {
        try ClockCheck(context, configuration, store, simulated: simulated).expectedRefusal()
    }

    private func previewAlerts(_ store: Store) throws {
        let composer = try context.composer(configuration, store.log).mails
        let evaluation = AlertEvaluation(
            configuration, log: store.log, ledger: store.ledger,
            states: try AlertStates(in: store.log))
        for notice in try evaluation.preview(at: now, by: composer) {
            let company = configuration.companies.first { $0.sid == notice.company }
            let targets = company?.targets(of: .alert(notice.kind)) ?? []
            let title = try composer.rendered(notice).subject
            context.console.print(
                "\(notice.company) \(notice.kind.rawValue): would be sent to "
                    + "\(Self.names(targets)): \(title)".withVisibleControls)
        }
    }

    private func preview(
        _ company: CompanySettings, _ report: ReportSettings, _ ledger: ReportLedger?
    ) throws {
        let name = "\(company.sid) \(report.frequency.rawValue)"
        guard let state = try ledger?.series(company.sid, report.frequency) else {
            let first = report.schedule.occurrence(after: now).rfc3339(in: company.zone)
            context.console.print("\(name): would enable; first report due \(first)")
            return
        }
        let due = Plan.due(report.schedule, state, now: now, catchUp: configuration.catchUp)
        for planned in due {
            let time = planned.occurrence.rfc3339(in: company.zone)
            let names = Self.names(company.targets(of: .report(report.frequency)))
            context.console.print(
                planned.action == .skip
                    ? "\(name) \(time): would be skipped, missed too long ago; see 'catchUp'"
                    : "\(name) \(time): would be sent to \(names)")
        }
    }

    private static func names(_ targets: [DeliveryTarget]) -> String {
        targets.map { "\($0)" }.joined(separator: ", ")
    }
}
