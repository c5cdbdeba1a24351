import CivilTime
import DeliveryLog
import Reporting
import Templates

/// The timeline, with a bar for each hour or day.
extension ReportValues {
    /// The maximum number of bars, to limit the size of the mail. Longer timelines are joined into
    /// fewer bars.
    private static let barLimit = 40
    private static let mostBarColumns = 34
    private static let leastBarColumns = 1

    var timeline: TemplateValue {
        let bars = joinedBars
        let most = bars.map(\.tally.callbacks).max() ?? 0
        guard most > 0, bars.count > 1 else {
            return ["title": .none, "rows": [], "lines": [], "unit": .none]
        }
        let names = TimelineLabels(
            times: times, bars: bars, isHourly: isHourly, barsInOne: barsInOne)
        let labels = names.labels
        return [
            "title": .text("By \(names.unit)"),
            "unit": .text(names.title),
            "rows": .list(
                zip(labels, bars).map { row(Self.withoutBreaks($0), $1.tally, most: most) }),
            "lines": .list(lines(names.title, labels, bars, most: most)),
        ]
    }

    /// Allows a line break in the label only at a dash between two dates.
    private static func withoutBreaks(_ label: String) -> String {
        label.replacing(" ", with: "\u{A0}").replacing("\u{A0}–\u{A0}", with: "\u{A0}– ")
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
            "retrying": .grouped(tally.retrying), "hasRetrying": .flag(tally.retrying > 0),
            "bar": tally.callbacks == 0 ? .none : bar(tally, width: width),
        ]
    }

    private func lines(
        _ title: String, _ labels: [String], _ bars: [TimelineBar], most: Int
    ) -> [TemplateValue] {
        let header = [title.uppercased(), "CALLBACKS", "FAILED", "RETRYING", ""]
        let figures = zip(labels, bars).map { label, bar in
            [
                label, NumberFormat.grouped(bar.tally.callbacks),
                NumberFormat.grouped(bar.tally.failed), NumberFormat.grouped(bar.tally.retrying),
            ]
        }
        let columns = Self.barColumns(beside: [header] + figures)
        let rows = zip(figures, bars).map { cells, bar in
            TextTable.Row(cells: cells + [drawn(bar.tally, most: most, columns)])
        }
        let table = TextTable(header: header, rows: rows, endsWithBar: true)
        return (table.lines + ["= delivered  ~ retrying  # failed"]).map { .text($0) }
    }

    /// Returns the columns for the longest bar, so that labels need not be truncated.
    private static func barColumns(beside rows: [[String]]) -> Int {
        let widths = (0..<4).map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
        let left = TextTable.width - widths.reduce(0) { $0 + $1 + 2 }
        return min(mostBarColumns, max(leastBarColumns, left))
    }

    private func drawn(_ tally: Tally, most: Int, _ columns: Int) -> String {
        let bar = Bar(
            tally, length: Bar.length(tally.callbacks, of: most, longest: columns))
        return String("=", times: bar.delivered) + String("~", times: bar.retrying)
            + String("#", times: bar.failed)
    }

    /// Whether the bars are hours. Even days of 23 hours are much longer.
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
}
