import CivilTime
package import DeliveryLog
import Reporting
import Templates

/// A bar with a segment per outcome. Lengths are whole units.
package struct Bar {
    package private(set) var delivered = 0
    package private(set) var retrying = 0
    package private(set) var failed = 0

    /// Creates a bar of `length` units. Every outcome with callbacks gets at least one unit if
    /// possible.
    package init(_ tally: Tally, length: Int) {
        guard tally.callbacks > 0 else { return }
        failed = Self.length(tally.failed, of: tally.callbacks, longest: length)
        retrying = min(
            Self.length(tally.retrying, of: tally.callbacks, longest: length), length - failed)
        delivered = length - failed - retrying
        // The other two segments are rounded up, so only the delivered segment can become empty.
        guard tally.delivered > 0, delivered == 0, length > 1 else { return }
        delivered = 1
        if failed > 1 { failed -= 1 } else { retrying -= 1 }
    }

    /// Returns the length of a segment, which is at least one if the part is not zero.
    package static func length(_ part: Int, of whole: Int, longest: Int) -> Int {
        guard part > 0, whole > 0 else { return 0 }
        return max(1, Int((Double(part) / Double(whole) * Double(longest)).rounded()))
    }
}

/// The reasons why callbacks failed.
extension ReportValues {
    /// The columns of the longest bar in text.
    private static let barColumns = 24

    var reasons: TemplateValue {
        let most = report.reasons.map(\.count).max() ?? 0
        return [
            "isAny": .flag(!report.reasons.isEmpty),
            "rows": .list(report.reasons.map { row($0, most: most) }),
            "lines": .list(report.reasons.isEmpty ? [] : lines(most: most)),
        ]
    }

    private func row(_ line: ReasonLine, most: Int) -> TemplateValue {
        let width = Bar.length(line.count, of: most, longest: 100)
        return [
            "label": .text(line.reason.label), "name": .text(line.reason.name),
            "count": .grouped(line.count),
            "share": .text(NumberFormat.share(line.count, of: report.totals.failed)),
            "width": .text(String(width)),
            "bar": bar(Tally(failed: line.count), width: width),
        ]
    }

    private func lines(most: Int) -> [TemplateValue] {
        let rows = report.reasons.map { line in
            let length = Bar.length(line.count, of: most, longest: Self.barColumns)
            return TextTable.Row(cells: [
                line.reason.label, NumberFormat.grouped(line.count),
                NumberFormat.share(line.count, of: report.totals.failed),
                String("#", times: length),
            ])
        }
        let table = TextTable(
            header: ["WHY CALLBACKS FAILED", "FAILED", "SHARE", ""], rows: rows, endsWithBar: true)
        return table.lines.map { .text($0) }
    }
}

extension Reason {
    /// The text of the reason.
    var label: String {
        switch self {
        case .http3xx: "Redirected (HTTP 3xx)"
        case .http4xx: "Rejected (HTTP 4xx)"
        case .http5xx: "Server error (HTTP 5xx)"
        case .timeout: "Timeout"
        case .dns: "Host name not found (DNS)"
        case .connect: "No connection"
        case .tls: "TLS or certificate error"
        case .blocked: "Address not allowed"
        case .disabled: "Profile disabled"
        case .other: "Other reason"
        }
    }
}

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
        var scalars = String.UnicodeScalarView()
        var (isAfterSpace, isAfterDash) = (false, false)
        for scalar in label.unicodeScalars {
            let isSpace = scalar == " "
            scalars.append(isSpace && !isAfterDash ? "\u{A0}" : scalar)
            isAfterDash = isAfterSpace && scalar == "–"
            isAfterSpace = isSpace
        }
        return String(scalars)
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
