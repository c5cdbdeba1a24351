import CivilTime
import DeliveryLog
import Reporting
import Templates

/// What the report says first.
extension ReportValues {
    /// How many failing profiles the head of the report names.
    private static let namedLimit = 3

    /// The few words for the subject.
    var verdict: String {
        guard report.totals.callbacks > 0 else { return "no callbacks" }
        return report.totals.failed == 0
            ? "none failed" : "\(NumberFormat.grouped(report.totals.failed)) failed"
    }

    var status: TemplateValue {
        let state = state
        return [
            "isBad": .flag(state == .bad), "isQuiet": .flag(state == .quiet),
            "isGood": .flag(state == .good),
            "label": .text(label(state)),
            "headline": .text(headline),
            "summary": TemplateValue(summary),
            "bar": report.totals.callbacks == 0 ? .none : bar(report.totals, width: 100),
            "failing": .list(report.failing.prefix(Self.namedLimit).map(failingNow)),
            "moreFailing": TemplateValue(moreFailing),
        ]
    }

    private enum State {
        case bad
        case quiet
        case good
    }

    private var state: State {
        guard report.totals.failed == 0, report.failing.isEmpty, report.notes.disabled.isEmpty
        else {
            return .bad
        }
        return report.totals.delivered == 0 ? .quiet : .good
    }

    private func label(_ state: State) -> String {
        switch (state, report.notes.quiet) {
        case (.bad, _), (.quiet, .silent), (.quiet, .neverAny): "Needs attention"
        case (.quiet, _): "Quiet"
        case (.good, _): "All well"
        }
    }

    private var headline: String {
        let totals = report.totals
        guard totals.callbacks > 0 else { return "No callbacks in this period" }
        guard totals.failed == 0 else { return "\(NumberFormat.callbacks(totals.failed)) failed" }
        guard totals.delivered > 0 else {
            return "\(NumberFormat.callbacks(totals.retrying)) still retrying"
        }
        guard totals.retrying == 0, totals.delivered > 1 else { return "No callback failed" }
        return "All \(NumberFormat.callbacks(totals.delivered)) delivered"
    }

    private var summary: String? {
        let totals = report.totals
        guard totals.callbacks > 0 else { return nil }
        guard let rate = totals.deliveryRate else { return "None is delivered or given up yet." }
        let share = "Delivery rate \(NumberFormat.rate(rate))"
        guard totals.callbacks > totals.delivered else { return "\(share), nothing left to retry." }
        let retrying =
            totals.retrying == 0 ? "" : ", \(NumberFormat.grouped(totals.retrying)) still retrying"
        return "\(share): \(NumberFormat.grouped(totals.delivered)) of "
            + "\(NumberFormat.callbacks(totals.callbacks)) delivered\(retrying)."
    }

    private func failingNow(_ endpoint: FailingEndpoint) -> TemplateValue {
        ["title": .text(endpoint.name), "since": .text(failingSince(endpoint))]
    }

    private var moreFailing: String? {
        let more = report.failing.count - Self.namedLimit
        guard more > 0 else { return nil }
        return "and \(NumberFormat.count(more, "more endpoint", "more endpoints"))"
    }

    /// `failing since Tue 17 Nov, 14:05 (3 d 4 h)`, counted to the end of the period.
    func failingSince(_ endpoint: FailingEndpoint) -> String {
        let recent = endpoint.situation.recent
        guard let since = endpoint.since else {
            return "failing: \(NumberFormat.grouped(recent.delivered)) of the last "
                + "\(NumberFormat.callbacks(recent.callbacks)) delivered"
        }
        let end = report.period.end
        let span = DurationFormat.span(milliseconds: end.milliseconds - since.milliseconds)
        return "failing since \(times.short(since, near: end)) (\(span))"
    }
}

extension EndpointLine {
    /// Its title, else its id, fit to be shown.
    var name: String { endpoint.name(title) }
}

extension FailingEndpoint {
    /// Its title, else its id, fit to be shown.
    var name: String { endpoint.name(title) }
}

extension Endpoint {
    fileprivate func name(_ title: String?) -> String {
        let name = (title ?? id ?? "").name()
        return name.isEmpty ? "(no endpoint)" : name
    }
}
