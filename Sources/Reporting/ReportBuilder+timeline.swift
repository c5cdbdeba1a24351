import CivilTime
import DeliveryLog
import SQLite
import Scheduling
import Storage

extension ReportBuilder {
    /// The bars of a report, without those before the log begins: nothing is known of them.
    ///
    /// - Parameter beginning: when the company's first callback finished.
    func timeline(
        _ request: ReportRequest, _ beginning: Instant?
    ) throws(DatabaseError) -> [TimelineBar] {
        let starts = request.barStarts()
        let periods = zip(starts, starts.dropFirst() + [request.period.end]).map {
            Period(start: $0, end: $1)
        }.filter { beginning ?? $0.start < $0.end }
        let tallies = try log.tallies(company: request.company.sid, in: periods)
        return zip(periods, tallies).map { TimelineBar(start: $0.start, end: $0.end, tally: $1) }
    }
}

extension ReportRequest {
    /// Where the bars of the timeline start: hours of a daily or short period, else days.
    func barStarts() -> [Instant] {
        hasHours ? hourStarts() : dayStarts()
    }

    /// Whether the bars are hours.
    var hasHours: Bool {
        let twoDays: Int64 = 48 * 3_600_000
        return schedule.map { $0.frequency == .daily } ?? (period.length <= twoDays)
    }

    /// Hours as they pass: 23 or 25 of them where the clocks change.
    private func hourStarts() -> [Instant] {
        stride(from: period.start.milliseconds, to: period.end.milliseconds, by: 3_600_000)
            .map { Instant(milliseconds: $0) }
    }

    /// Days from the hour at which the period starts, so that a bar is what a daily report shows.
    private func dayStarts() -> [Instant] {
        let first = zone.civil(period.start)
        var starts: [Instant] = []
        var day = 0
        var start = period.start
        while start < period.end {
            if start > starts.last ?? Instant(milliseconds: .min) { starts.append(start) }
            day += 1
            let date = first.date.adding(days: day)
            start = zone.instant(of: CivilDateTime(date: date, time: first.time))
        }
        return starts
    }
}
