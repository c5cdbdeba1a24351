import CivilTime
import DeliveryLog
import SQLite
import Scheduling

extension ReportBuilder {
    func timeline(_ request: ReportRequest) throws(DatabaseError) -> [TimelineBar] {
        let starts = request.barStarts()
        let periods = zip(starts, starts.dropFirst() + [request.period.end]).map {
            Period(start: $0, end: $1)
        }
        let tallies = try log.tallies(company: request.company.sid, in: periods)
        return zip(starts, tallies).map { TimelineBar(start: $0, tally: $1) }
    }
}

extension ReportRequest {
    /// Where the bars of the timeline start: hours of a daily or short period, else days.
    func barStarts() -> [Instant] {
        let twoDays: Int64 = 48 * 3_600_000
        let isShort = schedule.map { $0.frequency == .daily } ?? (period.length <= twoDays)
        return isShort ? hourStarts() : dayStarts()
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
