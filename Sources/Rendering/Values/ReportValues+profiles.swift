import DeliveryLog
import Reporting
import Templates

/// Profiles and channels, the worst first.
extension ReportValues {
    var profiles: TemplateValue {
        let troubled = report.endpoints.filter { !isHealthy($0) }
        let shown = troubled.prefix(Self.profileLimit)
        let more = rest(
            troubled.dropFirst(Self.profileLimit).map(\.tally), "profile with failures",
            "profiles with failures")
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

    private func row(_ line: EndpointLine) -> TemplateValue {
        let failing = failing(line)
        return figures(line.name, line.tally).adding([
            "detail": .text(detail(line)),
            "since": TemplateValue(failing.map(failingSince)),
            "isBackAgain": .flag(failing == nil && line.tally.failed > 0),
        ])
    }

    /// The id, if it is not the name already, and what is still retrying.
    private func detail(_ line: EndpointLine) -> String {
        let retrying = line.tally.retrying
        let parts = [
            line.title == nil ? nil : line.endpoint.id?.name(),
            retrying == 0 ? nil : "\(NumberFormat.grouped(retrying)) still retrying",
        ]
        return parts.compactMap { $0 }.joined(separator: " · ")
    }

    private func figures(_ name: String, _ tally: Tally) -> TemplateValue {
        [
            "title": .text(name), "failed": .grouped(tally.failed),
            "delivered": .grouped(tally.delivered), "retrying": .grouped(tally.retrying),
            "rate": .text(tally.deliveryRate.map(NumberFormat.rate) ?? "–"),
            "hasFailed": .flag(tally.failed > 0),
        ]
    }

    /// Nothing failed, and what is retrying is not all there is.
    private func isHealthy(_ line: EndpointLine) -> Bool {
        line.tally.failed == 0 && failing(line) == nil
            && (line.tally.retrying == 0 || line.tally.delivered > 0)
    }

    private var healthy: String? {
        let healthy = report.endpoints.filter(isHealthy)
        guard !healthy.isEmpty else { return nil }
        let sum = Tally(sumOf: healthy.map(\.tally))
        let profiles = NumberFormat.count(healthy.count, "healthy profile", "healthy profiles")
        let retrying = sum.retrying == 0 ? "" : ", \(NumberFormat.grouped(sum.retrying)) retrying"
        return "\(profiles) delivered \(NumberFormat.callbacks(sum.delivered))\(retrying)"
    }

    /// What is left out of a table: `and 480 more profiles: 1,204 failed, 48,211 delivered`.
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
                .init(cells: cells($0.name, $0.tally), note: failing($0).map(failingSince))
            }
        ).lines
    }

    private func table(_ title: String, _ rows: [TextTable.Row]) -> TextTable {
        TextTable(header: [title, "FAILED", "DELIVERED", "RETRYING", "RATE"], rows: rows)
    }

    private func cells(_ name: String, _ tally: Tally) -> [String] {
        [
            name, NumberFormat.grouped(tally.failed), NumberFormat.grouped(tally.delivered),
            NumberFormat.grouped(tally.retrying),
            tally.deliveryRate.map(NumberFormat.rate) ?? "–",
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
