import DeliveryLog
import Reporting
import Templates

/// The totals, compared with other periods.
extension ReportValues {
    private struct Row {
        var label: String
        var value: String
        var previous: Change?
        var average: Change?
    }

    var totals: TemplateValue {
        [
            "previous": TemplateValue(previousTitle),
            "average": TemplateValue(averageTitle),
            "rows": .list(rows.map(value)),
            "lines": .list(table.lines.map { .text($0) }),
        ]
    }

    private var previousTitle: String? {
        report.previous == nil ? nil : "vs previous \(report.frequency?.unit ?? "period")"
    }

    /// The average of one period would repeat the previous column.
    private var average: Average? {
        report.average.flatMap { $0.periods > 1 ? $0 : nil }
    }

    private var averageTitle: String? {
        guard let periods = average?.periods else { return nil }
        return "vs last \(periods)\u{A0}\(report.frequency?.unit ?? "period")s"
    }

    private var rows: [Row] {
        [
            row("Failed", growthIs: .bad, \.failed),
            row("Delivered", growthIs: .none, \.delivered),
            row("Still retrying", growthIs: .bad, \.retrying),
            row("All callbacks", growthIs: .none, \.callbacks),
            rateRow,
        ]
    }

    private func row(
        _ label: String, growthIs meaning: Change.Meaning, _ figure: KeyPath<Tally, Int>
    ) -> Row {
        let now = report.totals[keyPath: figure]
        // If there were no callbacks, fewer failures are not an improvement.
        let meaning = report.totals.callbacks == 0 ? .none : meaning
        return Row(
            label: label,
            value: report.progress == .notBegun ? "–" : NumberFormat.grouped(now),
            previous: report.previous.map {
                let before = Double($0.totals[keyPath: figure])
                return Change(from: before, to: now, growthIs: meaning, unchanged: "no change")
            },
            average: average.map {
                let mean = Double($0.sums[keyPath: figure]) / Double($0.periods)
                return Change(from: mean, to: now, growthIs: meaning, unchanged: "no change")
            })
    }

    private var rateRow: Row {
        let now = report.totals.deliveryRate
        return Row(
            label: "Delivery rate", value: now.map(NumberFormat.rate) ?? "–",
            previous: rateChange(report.previous?.totals, to: now, unchanged: "no change"),
            average: rateChange(average?.sums, to: now, unchanged: "no change"))
    }

    private func rateChange(_ before: Tally?, to now: Double?, unchanged: String) -> Change? {
        guard let before = before?.deliveryRate, let now else { return nil }
        return Change(fromRate: before, toRate: now, unchanged: unchanged)
    }

    private func value(_ row: Row) -> TemplateValue {
        [
            "label": .text(row.label), "value": .text(row.value),
            "previous": report.previous == nil ? .none : value(row.previous),
            "average": average == nil ? .none : value(row.average),
        ]
    }

    /// A rate has no change if one of the periods had no callbacks.
    private func value(_ change: Change?) -> TemplateValue {
        [
            "text": .text(change?.text ?? "–"),
            "isUp": .flag(change?.direction == .up), "isDown": .flag(change?.direction == .down),
            "isBetter": .flag(change?.verdict == .better),
            "isWorse": .flag(change?.verdict == .worse),
        ]
    }

    private var table: TextTable {
        let header = ["TOTALS", "THIS PERIOD", previousTitle, averageTitle]
        let rows = rows.map { row in
            let previous = report.previous.map { _ in row.previous?.text ?? "–" }
            let average = average.map { _ in row.average?.text ?? "–" }
            return TextTable.Row(
                cells: [row.label, row.value, previous, average].compactMap { $0 })
        }
        return TextTable(header: header.compactMap { $0?.uppercased() }, rows: rows)
    }
}
