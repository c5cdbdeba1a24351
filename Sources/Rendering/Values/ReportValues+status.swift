import CivilTime
import DeliveryLog
import Reporting
import Templates

/// The status at the head of the report.
extension ReportValues {
    /// The maximum number of failing endpoints that the head of the report lists.
    private static let namedLimit = 3

    var status: TemplateValue {
        let verdict = Verdict(report)
        let failing = report.failing
        return [
            "isBad": .flag(verdict.state == .bad), "isQuiet": .flag(verdict.state == .waiting),
            "isGood": .flag(verdict.state == .good),
            "label": .text(verdict.label),
            "headline": .text(verdict.headline),
            "summary": TemplateValue(verdict.summary),
            "bar": report.totals.callbacks == 0 ? .none : bar(report.totals, width: 100),
            "failing": .list(failing.prefix(Self.namedLimit).map(failingNow)),
            "moreFailing": TemplateValue(moreFailing(failing.count - Self.namedLimit)),
        ]
    }

    private func failingNow(_ endpoint: TroubledEndpoint) -> TemplateValue {
        [
            "title": .text(endpoint.name), "since": .text(failingSince(endpoint)),
            "page": TemplateValue(page(of: endpoint.endpoint)),
        ]
    }

    private func moreFailing(_ count: Int) -> String? {
        guard count > 0 else { return nil }
        return "and \(NumberFormat.count(count, "more endpoint", "more endpoints")) failing"
    }

    /// Returns `failing since Tue 17 Nov, 14:05 (3 d 4 h)`. The duration is measured to the end of
    /// the period, or to the time of the report if the period has not ended.
    func failingSince(_ endpoint: TroubledEndpoint) -> String {
        let recent = endpoint.situation.recent
        guard let since = endpoint.since else {
            return "failing: \(NumberFormat.grouped(recent.delivered)) of the last "
                + "\(NumberFormat.callbacks(recent.callbacks)) delivered"
        }
        let end = report.covered.end
        let span = DurationFormat.span(milliseconds: end.milliseconds - since.milliseconds)
        return "failing since \(times.short(since, near: end)) (\(span))"
    }
}

extension EndpointLine {
    /// The title or the ID, in printable form.
    var name: String { endpoint.name(title) }
}

extension TroubledEndpoint {
    /// The title or the ID, in printable form.
    var name: String { endpoint.name(title) }
}

extension Endpoint {
    fileprivate func name(_ title: String?) -> String {
        let name = (title ?? id ?? "").name()
        return name.isEmpty ? "(no endpoint)" : name
    }
}
