import DeliveryLog
import Reporting
import Templates

/// Profiles and channels, the worst first.
extension ReportValues {
    var profiles: TemplateValue {
        let troubled = report.profiles.filter { !$0.isHealthy }
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

    private func row(_ profile: ProfileLine) -> TemplateValue {
        figures(profile.name, profile.tally).adding([
            "detail": .text(detail(profile)),
            "since": TemplateValue(failingSince(profile)),
            "isBackAgain": .flag(profile.failingSince == nil && profile.tally.failed > 0),
        ])
    }

    /// The id, if it is not the name already, and what is still retrying.
    private func detail(_ profile: ProfileLine) -> String {
        let retrying = profile.tally.retrying
        let parts = [
            profile.title == nil ? nil : profile.profileID?.name(),
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

    private var healthy: String? {
        let healthy = report.profiles.filter(\.isHealthy)
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

    private func lines(_ profiles: ArraySlice<ProfileLine>) -> [String] {
        table(
            "PROFILE",
            profiles.map { .init(cells: cells($0.name, $0.tally), note: failingSince($0)) }
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

extension ProfileLine {
    /// Nothing failed, and what is retrying is not all there is.
    fileprivate var isHealthy: Bool {
        tally.failed == 0 && failingSince == nil && (tally.retrying == 0 || tally.delivered > 0)
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
