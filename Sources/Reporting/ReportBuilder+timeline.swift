import CivilTime
import DeliveryLog
import Storage
import StorageErrors

extension ReportBuilder {
    /// Returns the bars of a report. Bars before the beginning of the log and after the current time
    /// are left out because they have no data.
    ///
    /// - Parameters:
    ///   - request: the report to build.
    ///   - beginning: when the company's first callback finished.
    func timeline(
        _ request: ReportRequest, _ beginning: Instant?
    ) throws(StorageError) -> [TimelineBar] {
        let starts = request.barStarts()
        let periods = zip(starts, starts.dropFirst() + [request.covered.end]).map {
            Period(start: $0, end: $1)
        }.filter { beginning ?? $0.start < $0.end }
        let tallies = try log.tallies(company: request.company.sid, in: periods)
        return zip(periods, tallies).map { TimelineBar(start: $0.start, end: $0.end, tally: $1) }
    }
}

extension ReportRequest {
    /// Returns the start of each bar. Bars are hours for daily and short periods, and days
    /// otherwise.
    func barStarts() -> [Instant] {
        hasHours ? hourStarts() : dayStarts()
    }

    /// Whether the bars are hours.
    var hasHours: Bool {
        let twoDays: Int64 = 48 * 3_600_000
        return schedule.map { $0.frequency == .daily } ?? (covered.length <= twoDays)
    }

    /// Returns elapsed hours. A day on which the clocks change has 23 or 25 of them.
    private func hourStarts() -> [Instant] {
        stride(from: covered.start.milliseconds, to: covered.end.milliseconds, by: 3_600_000)
            .map { Instant(milliseconds: $0) }
    }

    /// Returns days that start at the time of day at which the period starts, so that a bar covers
    /// the same time as a daily report.
    private func dayStarts() -> [Instant] {
        let first = zone.civil(period.start)
        var starts: [Instant] = []
        var day = 0
        var start = period.start
        while start < covered.end {
            if start > starts.last ?? Instant(milliseconds: .min) { starts.append(start) }
            day += 1
            let date = first.date.adding(days: day)
            start = zone.instant(of: CivilDateTime(date: date, time: first.time))
        }
        return starts
    }
}
