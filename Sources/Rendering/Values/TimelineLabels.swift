import CivilTime
import Reporting

/// What the bars of a timeline are called: every label says what its bar covers.
///
/// Hours are called by their start. Days and spans of days are called by both ends; the clock
/// time that all ends share is in the title. A bar that ends elsewhere says when, and how long
/// it is.
struct TimelineLabels {
    let times: LocalTimeFormat
    let bars: [TimelineBar]
    /// Whether a bar is an hour or several, else a day or several.
    let isHourly: Bool
    /// How many hours or days a bar has.
    let barsInOne: Int

    /// `Hour from`, `Day, 17:00 to 17:00`, `10 days, 17:00 to 17:00`.
    var title: String {
        if isHourly { return barsInOne == 1 ? "Hour from" : "\(barsInOne) hours from" }
        let unit = barsInOne == 1 ? "Day" : "\(barsInOne) days"
        return isFromMidnight ? unit : "\(unit), \(clock) to \(clock)"
    }

    /// For the heading of the table: `hour`, `10 days`.
    var unit: String {
        let one = isHourly ? "hour" : "day"
        return barsInOne == 1 ? one : "\(barsInOne) \(one)s"
    }

    /// One for each bar.
    var labels: [String] {
        isHourly ? hours : bars.map { isWhole($0) ? days($0) : part($0) }
    }

    private var clock: String { bars.first.map { times.time($0.start) } ?? "" }
    private var isFromMidnight: Bool { clock == "00:00" }

    // MARK: Hours

    /// Where the clocks go back an hour comes twice; its offset tells which one is meant.
    private var hours: [String] {
        let starts = bars.map { times.hour($0.start) }
        let repeated = Dictionary(grouping: starts) { $0 }.filter { $0.value.count > 1 }
        return zip(starts, bars).map { start, bar in
            let label = repeated[start] == nil ? start : "\(start) \(times.offset(bar.start))"
            return isShorter(bar) ? "\(label)–\(times.time(bar.end))" : label
        }
    }

    private func isShorter(_ bar: TimelineBar) -> Bool {
        bar.end.milliseconds - bar.start.milliseconds < Int64(barsInOne) * 3_600_000
    }

    // MARK: Days

    /// Whether a bar starts and ends at the time that all share.
    private func isWhole(_ bar: TimelineBar) -> Bool {
        times.time(bar.start) == clock && times.time(bar.end) == clock
    }

    /// `Tue 24 – Wed 25 Nov`, or `24 Nov – 4 Dec 2026` for several days.
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

    /// Days of more than a year are told apart by it.
    private var spansYears: Bool {
        guard let start = bars.first?.start, let end = bars.last?.end else { return false }
        return end.seconds - start.seconds > 365 * 86_400
    }

    /// `Wed 25 Nov, 17:00–21:30 (4 h 30 min)`, `25 Nov, 17:00 – 26 Nov, 09:00 (16 h)`.
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
