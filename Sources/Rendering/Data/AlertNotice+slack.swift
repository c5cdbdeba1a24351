package import Alerts
import CivilTime
import DeliveryLog
package import Reporting

extension AlertNotice {
    /// The alert as a message for Slack, with the same facts as the email.
    package var slack: String {
        let values = AlertValues(self)
        var message = SlackMessage(title: values.subject)
        message.add(context: "\(name.name()), \(LocalTimeFormat(zone: zone).full(now))")
        if let summary = values.summary { message.add([SlackText(summary)]) }
        for facts in endpoints.prefix(AlertValues.endpointLimit) {
            let title = endpoints.count > 1 ? [SlackText(bold: facts.name)] : []
            message.add(
                title + [SlackText(facts.detail ?? "")],
                fields: values.rows(facts).map { ($0.label, $0.text) })
            message.add(values.remedyForSlack(facts))
        }
        if let others = values.others { message.add([SlackText(others, limit: 2_900)]) }
        return message.json
    }
}

extension AlertValues {
    fileprivate func remedyForSlack(_ facts: EndpointFacts) -> [SlackText] {
        if let page = page(facts) { return [SlackText(link: page, "View the endpoint")] }
        guard needsCommands(facts) else { return [] }
        return [SlackText(remedy), SlackText(code: commands(facts))]
    }
}

extension Report {
    /// The report as a message for Slack: its result, totals and notes.
    ///
    /// - Parameter subject: The subject of the email.
    package func slack(subject: String) -> String {
        let values = ReportValues(self)
        let verdict = Verdict(self)
        var message = SlackMessage(title: subject)
        message.add(context: "\(company.name.name()), \(values.times.full(period))")
        message.add(
            [
                SlackText(bold: verdict.label) + SlackText(": \(verdict.headline)"),
                SlackText(verdict.summary ?? ""),
            ], fields: values.totalsForSlack)
        message.add(values.failingForSlack)
        message.add((values.notes + values.sinceLastReport).map { SlackText("• \($0)") })
        if let page = notes.page {
            message.add([SlackText(link: page, "View the callback profiles")])
        }
        return message.json
    }
}

extension ReportValues {
    fileprivate var totalsForSlack: [(label: String, text: String)] {
        guard report.progress != .notBegun else { return [] }
        let totals = report.totals
        return [
            ("Failed", NumberFormat.grouped(totals.failed)),
            ("Delivered", NumberFormat.grouped(totals.delivered)),
            ("Still retrying", NumberFormat.grouped(totals.retrying)),
            ("Delivery rate", NumberFormat.rate(of: totals)),
        ]
    }

    fileprivate var failingForSlack: [SlackText] {
        let failing = report.failing
        let more = failing.count - Self.profileLimit
        return failing.prefix(Self.profileLimit).map { endpoint in
            let name = self.name(of: endpoint.endpoint, endpoint.title)
            let link = page(of: endpoint.endpoint).map { SlackText(link: $0, name) }
            return SlackText("• ") + (link ?? SlackText(bold: name))
                + SlackText(": \(failingSince(endpoint))")
        } + (more > 0 ? [SlackText("and \(NumberFormat.grouped(more)) more")] : [])
    }
}
