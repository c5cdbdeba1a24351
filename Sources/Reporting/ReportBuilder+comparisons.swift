import CivilTime
import DeliveryLog
import Storage
import StorageErrors

extension ReportBuilder {
    /// Returns the previous period and the average of the last four periods. Periods that the log
    /// does not cover from their start are left out.
    ///
    /// An ongoing period is compared with the same part of earlier periods: what they had at the
    /// time at which this period is now.
    ///
    /// - Parameters:
    ///   - request: the report to build.
    ///   - beginning: when the company's first callback finished.
    func comparisons(
        _ request: ReportRequest, _ beginning: Instant?
    ) throws(StorageError) -> (previous: Comparison?, average: Average?) {
        guard let beginning, request.hasBegun else { return (nil, nil) }
        let periods = request.comparedPeriods(4).filter { request.covers($0, from: beginning) }
        let sid = request.company.sid
        let known = zip(periods, try log.tallies(company: sid, in: periods)).map {
            Comparison(period: $0, totals: $1)
        }
        return (known.first, request.schedule == nil ? nil : Average(known.map(\.totals)))
    }
}

extension ReportRequest {
    /// Whether a log that begins at this instant covers the period. The first hour of the period
    /// may be missing, or the first day if the bars of the timeline are days.
    fileprivate func covers(_ period: Period, from beginning: Instant) -> Bool {
        let bar: Int64 = hasHours ? 3_600 : 86_400
        return beginning < min(period.start.advanced(seconds: bar), period.end)
    }

    /// Returns the periods to compare with, latest first: earlier periods, or their first parts if
    /// this period is ongoing.
    fileprivate func comparedPeriods(_ count: Int) -> [Period] {
        let periods = previousPeriods(count)
        guard unfinishedAt != nil else { return periods }
        return periods.map {
            let end = $0.start.advanced(milliseconds: covered.length)
            return Period(start: $0.start, end: min($0.end, end))
        }
    }

    /// Returns the periods before this one, latest first.
    ///
    /// They are complete periods of the schedule, even if this period is longer or shorter. For a
    /// custom period, it is only the preceding period of equal length.
    func previousPeriods(_ count: Int) -> [Period] {
        guard let schedule else {
            let start = period.start.advanced(milliseconds: -period.length)
            return [Period(start: start, end: period.start)]
        }
        let usualStart = schedule.period(endingAt: period.end).start
        var end = schedule.occurrence(atOrBefore: min(period.start, usualStart))
        return (0..<count).map { _ in
            let previous = schedule.period(endingAt: end)
            end = previous.start
            return previous
        }
    }
}

extension Average {
    /// Nil if there is nothing to average.
    fileprivate init?(_ tallies: [Tally]) {
        if tallies.isEmpty { return nil }
        self.init(periods: tallies.count, sums: tallies.reduce(into: Tally()) { $0 += $1 })
    }
}
