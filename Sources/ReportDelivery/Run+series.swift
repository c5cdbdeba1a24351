import CivilTime
import Settings
import Storage
import StorageErrors

/// A due report with its company and settings.
struct DueReport {
    var planned: PlannedReport
    var company: CompanySettings
    var settings: ReportSettings

    var series: SeriesKey { SeriesKey(company: company.sid, frequency: settings.frequency) }

    /// The number of emails that the report has.
    var mails: Int { planned.action == .send ? settings.recipients.count : 0 }
}

extension Run {
    /// Returns the due reports in turns: first the oldest of each series, then the second of each,
    /// and so on.
    ///
    /// New series start counting now. Series that are no longer enabled stop.
    func dueReports() throws(StorageError) -> [DueReport] {
        let now = clock()
        let enabled = enabledReports
        let counted = try ledger.countedSeries()
        try ledger.disable(counted.keys.filter(isOff(among: enabled)))
        var due: [[DueReport]] = []
        var new: [(company: CompanySettings, settings: ReportSettings)] = []
        for (company, settings) in enabled {
            let key = SeriesKey(company: company.sid, frequency: settings.frequency)
            guard let state = counted[key] else {
                new.append((company, settings))
                continue
            }
            let planned = Plan.due(
                settings.schedule, state, now: now, catchUp: configuration.catchUp)
            due.append(
                planned.map { DueReport(planned: $0, company: company, settings: settings) })
        }
        try start(new, now: now)
        return interleaved(due)
    }

    private func interleaved(_ series: [[DueReport]]) -> [DueReport] {
        let turns = series.map(\.count).max() ?? 0
        return (0..<turns).flatMap { turn in
            series.compactMap { turn < $0.count ? $0[turn] : nil }
        }
    }

    private func start(
        _ new: [(company: CompanySettings, settings: ReportSettings)], now: Instant
    ) throws(StorageError) {
        try ledger.enable(
            new.map { SeriesKey(company: $0.company.sid, frequency: $0.settings.frequency) },
            now: now)
        for (company, settings) in new {
            let first = settings.schedule.occurrence(after: now)
            emit(.started(RunEvent.Subject(company, settings.frequency, first)))
        }
    }

    /// Returns a filter for series that are disabled. A series of a company with an invalid
    /// configuration is never considered disabled.
    private func isOff(
        among enabled: [(company: CompanySettings, settings: ReportSettings)]
    ) -> (SeriesKey) -> Bool {
        let kept = Set(
            enabled.map { SeriesKey(company: $0.company.sid, frequency: $0.settings.frequency) })
        let invalidCompanies = Set(configuration.invalidCompanies.map(\.sid))
        return {
            !kept.contains($0) && !invalidCompanies.contains($0.company)
                && !invalidCompanies.contains(nil)
        }
    }

    private var enabledReports: [(company: CompanySettings, settings: ReportSettings)] {
        configuration.companies.filter(\.enabled).flatMap { company in
            company.reports.filter(\.enabled).map { (company, $0) }
        }
    }
}
