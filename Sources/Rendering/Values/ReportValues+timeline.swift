import CivilTime
import DeliveryLog
import Reporting
import Scheduling
import Templates

/// A bar for each hour or day.
extension ReportValues {
    /// More bars than a month has days are joined, for the sake of the mail's size.
    private static let barLimit = 40
    private static let barColumns = 34

    var timeline: TemplateValue {
        let bars = joinedBars
        let most = bars.map(\.tally.callbacks).max() ?? 0
        guard most > 0, bars.count > 1 else {
            return ["title": .none, "rows": [], "lines": [], "unit": .none]
        }
        let labels = labels(bars)
        return [
            "title": .text("By \(unit.lowercased())"),
            "unit": .text(unit),
            "rows": .list(zip(labels, bars).map { row($0, $1.tally, most: most) }),
            "lines": .list(lines(labels, bars, most: most)),
        ]
    }

    func bar(_ tally: Tally, width: Int) -> TemplateValue {
        let parts = Bar(tally, length: 100)
        return [
            "width": .text(String(width)),
            "delivered": .unlessZero(parts.delivered), "failed": .unlessZero(parts.failed),
            "retrying": .unlessZero(parts.retrying),
        ]
    }

    private func row(_ label: String, _ tally: Tally, most: Int) -> TemplateValue {
        let width = Bar.length(tally.callbacks, of: most, longest: 100)
        return [
            "label": .text(label), "callbacks": .grouped(tally.callbacks),
            "failed": .grouped(tally.failed), "hasFailed": .flag(tally.failed > 0),
            "bar": tally.callbacks == 0 ? .none : bar(tally, width: width),
        ]
    }

    private func lines(_ labels: [String], _ bars: [TimelineBar], most: Int) -> [TemplateValue] {
        let rows = zip(labels, bars).map { label, bar in
            TextTable.Row(cells: [
                label, NumberFormat.grouped(bar.tally.callbacks),
                NumberFormat.grouped(bar.tally.failed), drawn(bar.tally, most: most),
            ])
        }
        let header = [
            unit.uppercased(), "CALLBACKS", "FAILED", "= delivered ~ retrying # failed",
        ]
        return TextTable(header: header, rows: rows, endsWithBar: true).lines.map { .text($0) }
    }

    private func drawn(_ tally: Tally, most: Int) -> String {
        let bar = Bar(
            tally, length: Bar.length(tally.callbacks, of: most, longest: Self.barColumns))
        return String("=", times: bar.delivered) + String("~", times: bar.retrying)
            + String("#", times: bar.failed)
    }

    /// Whether the bars are hours: days, even those of 23 hours, are much further apart.
    private var isHourly: Bool {
        let starts = report.timeline.prefix(3).map(\.start.seconds)
        guard starts.count > 1 else { return false }
        return zip(starts.dropFirst(), starts).contains { $0 - $1 > 12 * 3_600 } == false
    }

    private var barsInOne: Int {
        max(1, (report.timeline.count + Self.barLimit - 1) / Self.barLimit)
    }

    private var joinedBars: [TimelineBar] {
        stride(from: 0, to: report.timeline.count, by: barsInOne).map { first in
            let bars = report.timeline[first..<min(first + barsInOne, report.timeline.count)]
            return TimelineBar(
                start: report.timeline[first].start, end: bars.last?.end ?? report.period.end,
                tally: Tally(sumOf: bars.map(\.tally)))
        }
    }

    /// What a bar stands for.
    private var unit: String {
        let one = isHourly ? "Hour" : "Day"
        return barsInOne == 1 ? one : "\(barsInOne) \(one.lowercased())s"
    }

    /// Where the clocks go back an hour comes twice; its offset tells which one is meant.
    private func labels(_ bars: [TimelineBar]) -> [String] {
        let labels = bars.map { isHourly ? times.hour($0.start) : times.day($0.start) }
        let repeated = Dictionary(grouping: labels) { $0 }.filter { $0.value.count > 1 }
        return zip(labels, bars).map { label, bar in
            repeated[label] == nil ? label : "\(label) \(times.offset(bar.start))"
        }
    }
}
