import CivilTime
import Reporting

/// The labels of a timeline. Each label describes the time that its bar covers.
///
/// Hours are labeled with their start. Days and ranges of days are labeled with both ends; the time
/// of day that all ends share is in the title. A bar that ends at another time is labeled with that
/// time and its length.
struct TimelineLabels {
    let times: LocalTimeFormat
    let bars: [TimelineBar]
    /// Whether a bar covers one or more hours instead of days.
    let isHourly: Bool
    /// The number of hours or days per bar.
    let barsInOne: Int

    /// The title: `Hour from`, `Day, 17:00 to 17:00` or `10 days, 17:00 to 17:00`.
    var title: String {
        if isHourly { return barsInOne == 1 ? "Hour from" : "\(barsInOne) hours from" }
        let unit = barsInOne == 1 ? "Day" : "\(barsInOne) days"
        return isFromMidnight ? unit : "\(unit), \(clock) to \(clock)"
    }

    /// The unit for the heading of the table: `hour` or `10 days`.
    var unit: String {
        let one = isHourly ? "hour" : "day"
        return barsInOne == 1 ? one : "\(barsInOne) \(one)s"
    }

    /// One label per bar.
    var labels: [String] {
        isHourly ? hours : bars.map { isWhole($0) ? days($0) : part($0) }
    }

    private var clock: String { bars.first.map { times.time($0.start) } ?? "" }
    private var isFromMidnight: Bool { clock == "00:00" }

    // MARK: Hours

    /// If the clocks go back, an hour occurs twice. The offset distinguishes the two.
    /// A shorter bar is labeled with its end, too.
    private var hours: [String] {
        let starts = bars.map { times.hour($0.start) }
        let repeated = Dictionary(grouping: starts) { $0 }.filter { $0.value.count > 1 }
        return zip(starts, bars).map { start, bar in
            let (first, last) = (times.offset(bar.start), times.offset(bar.end))
            if isShorter(bar), first != last {
                return "\(start) \(first) – \(times.time(bar.end)) \(last)"
            }
            let range = isShorter(bar) ? "\(start)–\(times.time(bar.end))" : start
            return repeated[start] == nil ? range : "\(range) \(first)"
        }
    }

    private func isShorter(_ bar: TimelineBar) -> Bool {
        bar.end.milliseconds - bar.start.milliseconds < Int64(barsInOne) * 3_600_000
    }

    // MARK: Days

    /// Whether the bar starts and ends at the shared time of day.
    private func isWhole(_ bar: TimelineBar) -> Bool {
        times.time(bar.start) == clock && times.time(bar.end) == clock
    }

    /// Returns `Tue 24 – Wed 25 Nov`, or `24 Nov – 4 Dec 2026` for several days.
    private func days(_ bar: TimelineBar) -> String {
        let first = times.civil(bar.start).date
        var last = times.civil(bar.end).date
        if isFromMidnight { last = last.adding(days: -1) }
        let label = LocalTimeFormat.days(
            first, last, weekdays: barsInOne == 1, years: barsInOne > 1 || spansYears)
        let count = last.daysSinceEpoch - first.daysSinceEpoch + (isFromMidnight ? 1 : 0)
        return barsInOne > 1 && count < barsInOne
            ? "\(label) (\(NumberFormat.count(count, "day", "days")))" : label
    }

    /// Whether labels need the year because the timeline is longer than a year.
    private var spansYears: Bool {
        guard let start = bars.first?.start, let end = bars.last?.end else { return false }
        return end.seconds - start.seconds > 365 * 86_400
    }

    /// Returns `Wed 25 Nov, 17:00–21:30 (4 h 30 min)` or `25 Nov, 17:00 – 26 Nov, 09:00 (16 h)`.
    private func part(_ bar: TimelineBar) -> String {
        let (start, end) = (times.civil(bar.start), times.civil(bar.end))
        let span = DurationFormat.span(
            milliseconds: bar.end.milliseconds - bar.start.milliseconds)
        let hasYears = spansYears || barsInOne > 1
        let isOneDay = start.date == end.date
        let first = LocalTimeFormat.day(
            start.date, weekday: isOneDay && !hasYears, year: hasYears)
        let last = LocalTimeFormat.day(
            end.date, weekday: false, year: hasYears && start.date.year != end.date.year)
        let ends =
            isOneDay
            ? "\(first), \(times.time(bar.start))–\(times.time(bar.end))"
            : "\(first), \(times.time(bar.start)) – \(last), \(times.time(bar.end))"
        return "\(ends) (\(span))"
    }
}
