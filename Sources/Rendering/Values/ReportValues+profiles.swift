import DeliveryLog
import Reporting
import Templates

/// The tables of endpoints and channels, worst first.
extension ReportValues {
    var profiles: TemplateValue {
        let troubled = troubledLines
        let shown = troubled.prefix(Self.profileLimit)
        let more = rest(
            troubled.dropFirst(Self.profileLimit).map(\.tally), "endpoint with failures",
            "endpoints with failures")
        return [
            "isAny": .flag(!shown.isEmpty),
            "rows": .list(shown.map(row)),
            "more": TemplateValue(more),
            "healthy": TemplateValue(healthy),
            "lines": .list(shown.isEmpty ? [] : lines(shown).map { .text($0) }),
        ]
    }

    var channels: TemplateValue {
        let shown = report.channels.prefix(Self.channelLimit)
        let more = rest(
            report.channels.dropFirst(Self.channelLimit).map(\.tally), "channel", "channels")
        let table = table("CHANNEL", shown.map { .init(cells: cells($0.name, $0.tally)) })
        return [
            "isAny": .flag(!shown.isEmpty),
            "rows": .list(shown.map { figures($0.name, $0.tally) }),
            "more": TemplateValue(more),
            "lines": .list(shown.isEmpty ? [] : table.lines.map { .text($0) }),
        ]
    }

    /// The endpoints with failures. Failing ones come first, in the order of the report's
    /// head.
    private var troubledLines: [EndpointLine] {
        let lines = report.endpoints.filter { !isHealthy($0) } + failingWithoutCallbacks
        let places = Dictionary(
            report.failing.enumerated().map { ($1.endpoint, $0) }
        ) { first, _ in first }
        let failing = lines.filter { places[$0.endpoint] != nil }
            .sorted { places[$0.endpoint] ?? 0 < places[$1.endpoint] ?? 0 }
        return failing + lines.filter { places[$0.endpoint] == nil }
    }

    /// The failing endpoints that have no callbacks in the period.
    private var failingWithoutCallbacks: [EndpointLine] {
        let listed = Set(report.endpoints.map(\.endpoint))
        return report.failing.filter { !listed.contains($0.endpoint) }.map {
            EndpointLine(endpoint: $0.endpoint, title: $0.title, tally: Tally())
        }
    }

    private func row(_ line: EndpointLine) -> TemplateValue {
        figures(line.name, line.tally).adding([
            "callbacks": .grouped(line.tally.callbacks),
            "page": TemplateValue(page(of: line.endpoint)),
            "detail": TemplateValue(detail(line)),
            "since": TemplateValue(failing(line).map(failingSince)),
            "isBackAgain": .flag(line.isDeliveringAgain(troubled[line.endpoint])),
        ])
    }

    /// Returns the ID if the name is a title.
    private func detail(_ line: EndpointLine) -> String? {
        guard let id = line.endpoint.id else { return nil }
        return line.title == nil ? nil : id.name()
    }

    private func figures(_ name: String, _ tally: Tally) -> TemplateValue {
        [
            "title": .text(name), "failed": .grouped(tally.failed),
            "delivered": .grouped(tally.delivered), "retrying": .grouped(tally.retrying),
            "rate": .text(NumberFormat.rate(of: tally)),
            "hasFailed": .flag(tally.failed > 0), "hasRetrying": .flag(tally.retrying > 0),
        ]
    }

    /// Whether nothing failed and at least some callbacks are not retrying.
    private func isHealthy(_ line: EndpointLine) -> Bool {
        line.tally.failed == 0 && failing(line) == nil
            && (line.tally.retrying == 0 || line.tally.delivered > 0)
    }

    private var healthy: String? {
        let healthy = report.endpoints.filter(isHealthy)
        guard !healthy.isEmpty else { return nil }
        let sum = Tally(sumOf: healthy.map(\.tally))
        let endpoints =
            sum.retrying == 0
            ? NumberFormat.count(healthy.count, "healthy endpoint", "healthy endpoints")
            : NumberFormat.count(healthy.count, "endpoint", "endpoints")
        let retrying = sum.retrying == 0 ? "" : ", \(NumberFormat.grouped(sum.retrying)) retrying"
        return "\(endpoints): \(NumberFormat.callbacks(sum.delivered)) delivered\(retrying)"
    }

    /// Summarizes the omitted rows of a table: `and 480 more endpoints: 1,204 failed, 48,211
    /// delivered`.
    private func rest(_ tallies: [Tally], _ one: String, _ many: String) -> String? {
        guard !tallies.isEmpty else { return nil }
        let sum = Tally(sumOf: tallies)
        return
            "and \(NumberFormat.grouped(tallies.count)) more \(tallies.count == 1 ? one : many): "
            + "\(NumberFormat.grouped(sum.failed)) failed, "
            + "\(NumberFormat.grouped(sum.delivered)) delivered"
    }

    private func lines(_ endpoints: ArraySlice<EndpointLine>) -> [String] {
        table(
            "ENDPOINT",
            endpoints.map {
                .init(cells: cells($0.name, $0.tally), notes: notes($0))
            }
        ).lines
    }

    private func notes(_ line: EndpointLine) -> [String] {
        let state =
            failing(line).map(failingSince)
            ?? (line.isDeliveringAgain(troubled[line.endpoint]) ? "delivering again" : nil)
        return [sharedID(of: line.endpoint, line.title), state].compactMap { $0 }
    }

    private func table(_ title: String, _ rows: [TextTable.Row]) -> TextTable {
        TextTable(header: [title, "FAILED", "DELIVERED", "RETRYING", "RATE"], rows: rows)
    }

    private func cells(_ name: String, _ tally: Tally) -> [String] {
        [
            name, NumberFormat.grouped(tally.failed), NumberFormat.grouped(tally.delivered),
            NumberFormat.grouped(tally.retrying), NumberFormat.rate(of: tally),
        ]
    }
}

extension ChannelLine {
    fileprivate var name: String {
        let name = (channel ?? "").name(columns: 40)
        return name.isEmpty ? "(no channel)" : name
    }
}

extension Tally {
    init(sumOf tallies: [Tally]) {
        self.init()
        for tally in tallies { self += tally }
    }
}

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
