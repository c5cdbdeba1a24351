import Alerts
import CivilTime
import DeliveryLog
import Templates

/// The template values of an alert, for both parts of the email.
struct AlertValues {
    let notice: AlertNotice
    private let times: LocalTimeFormat

    /// The maximum number of endpoints that a notice describes. The others are only named.
    static let endpointLimit = 5
    /// The maximum number of further endpoints that are named.
    private static let nameLimit = 20

    init(_ notice: AlertNotice) {
        self.notice = notice
        times = LocalTimeFormat(zone: notice.zone)
    }

    var value: TemplateValue {
        let shown = notice.endpoints.prefix(Self.endpointLimit)
        return [
            "subject": .text(subject),
            "label": .text(label), "headline": .text(headline),
            "summary": TemplateValue(summary),
            "isBad": .flag(notice.kind.tone == .bad),
            "isGood": .flag(notice.kind.tone == .good),
            "isQuiet": .flag(notice.kind.tone == .quiet),
            "company": [
                "name": .text(notice.name.name()), "sid": .text(notice.company.name()),
            ],
            "time": .text(times.full(notice.now)),
            "endpoints": .list(shown.map(endpoint)),
            "others": TemplateValue(others),
            "zone": .text(notice.zone.name),
        ]
    }

    // MARK: Head

    var subject: String {
        let endpoints = notice.endpoints
        guard let first = endpoints.first else {
            return "\(notice.kind.title): \(notice.name.name())"
        }
        if endpoints.count == 1 { return "\(notice.kind.title): \(first.fullName)" }
        let names = endpoints.prefix(2).map { $0.name }.joined(separator: ", ")
        let rest = endpoints.count - 2
        return "\(NumberFormat.grouped(endpoints.count)) \(notice.kind.titleOfSeveral): \(names)"
            + (rest > 0 ? " and \(NumberFormat.grouped(rest)) more" : "")
    }

    /// What happened, above the headline.
    private var label: String {
        guard notice.endpoints.count > 1 else { return notice.kind.title }
        let words = notice.kind.titleOfSeveral
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private var headline: String {
        if let first = notice.endpoints.first, notice.endpoints.count == 1 { return first.name }
        if notice.endpoints.isEmpty { return notice.name.name() }
        return NumberFormat.count(notice.endpoints.count, "endpoint", "endpoints")
    }

    var summary: String? {
        switch notice.kind {
        case .silent:
            let last = notice.lastCallback.map {
                "The last callback finished \(times.short($0, near: notice.now)) "
                    + "(\(span(from: $0)) ago)."
            }
            return
                "The log receives no callbacks, although it did at this hour on each of the last "
                + "seven days. " + (last ?? "")
        case .resumed: return "The log receives callbacks again."
        case .disableWarning:
            return "The gateway will disable the profile unless a callback is delivered."
        case .disabled:
            return "The gateway disabled the profile. Its callbacks fail until you enable it again."
        case .failing, .recovered: return nil
        }
    }

    var others: String? {
        let rest = notice.endpoints.dropFirst(Self.endpointLimit)
        guard !rest.isEmpty else { return nil }
        let names = rest.prefix(Self.nameLimit).map(\.fullName).joined(separator: ", ")
        let unnamed = rest.count - min(rest.count, Self.nameLimit)
        return "Also: \(names)"
            + (unnamed > 0 ? " and \(NumberFormat.grouped(unnamed)) more" : "")
    }

    // MARK: Endpoints

    struct Row {
        var label: String
        var text: String
        var isBad = false
    }

    private func endpoint(_ facts: EndpointFacts) -> TemplateValue {
        let rows = rows(facts)
        let width = rows.map(\.label.count).max() ?? 0
        let lines = rows.map { row in
            row.label + String(repeating: " ", count: width + 2 - row.label.count) + row.text
        }
        let page = page(facts)
        return [
            "name": .text(facts.name), "isNamed": .flag(notice.endpoints.count > 1),
            "detail": TemplateValue(facts.detail),
            "rows": .list(
                rows.map {
                    ["label": .text($0.label), "text": .text($0.text), "isBad": .flag($0.isBad)]
                }),
            "lines": .list(lines.map { .text($0) }),
            "page": TemplateValue(page),
            "remedy": .text(remedy),
            "commands": .list(commands(facts).map { .text($0) }),
            "hasCommands": .flag(page == nil && needsCommands(facts)),
        ]
    }

    func rows(_ facts: EndpointFacts) -> [Row] {
        switch notice.kind {
        case .recovered: recoveryRows(facts)
        default: failureRows(facts)
        }
    }

    private func failureRows(_ facts: EndpointFacts) -> [Row] {
        var rows: [Row] = []
        if let since = facts.since {
            rows.append(
                Row(
                    label: "Failing since",
                    text: "\(times.short(since, near: notice.now)) (\(span(from: since)))"))
        }
        let (tally, all) = (facts.tally, facts.tally.callbacks)
        if all > 0 {
            let undelivered = tally.failed + tally.retrying
            rows.append(
                Row(
                    label: "Not delivered",
                    text: "\(NumberFormat.grouped(undelivered)) of "
                        + "\(NumberFormat.callbacks(all)) "
                        + "(\(NumberFormat.rate(Double(tally.delivered) / Double(all))) delivered)",
                    isBad: true))
        }
        if let reason = facts.reason {
            rows.append(Row(label: "Reason", text: text(reason, facts)))
        }
        if let answer = facts.answer?.name(columns: 160), !answer.isEmpty {
            rows.append(Row(label: "Last response", text: answer))
        }
        return rows + queueRows(facts) + changeRows(facts)
    }

    private func recoveryRows(_ facts: EndpointFacts) -> [Row] {
        var rows: [Row] = []
        if let since = facts.since {
            let end = facts.until ?? notice.now
            let length = DurationFormat.span(
                milliseconds: end.milliseconds - since.milliseconds)
            rows.append(
                Row(
                    label: "Was failing",
                    text: "\(times.short(since, near: notice.now)) to "
                        + "\(short(end, after: since)) (\(length))"))
        }
        rows.append(
            Row(label: "Delivered late", text: NumberFormat.callbacks(facts.deliveredLate)))
        rows.append(
            Row(
                label: "Failed", text: NumberFormat.callbacks(facts.tally.failed),
                isBad: facts.tally.failed > 0))
        return rows + queueRows(facts) + changeRows(facts)
    }

    /// Returns the time without the day if that is the same as at another time.
    private func short(_ end: Instant, after start: Instant) -> String {
        let (first, last) = (times.civil(start), times.civil(end))
        guard first.date == last.date else { return times.short(end, near: notice.now) }
        return last.time.hoursAndMinutes
    }

    private func queueRows(_ facts: EndpointFacts) -> [Row] {
        var rows: [Row] = []
        if facts.waiting > 0 {
            let end = facts.givenUpBy.map {
                "; the last attempt is by \(times.short($0, near: notice.now))"
            }
            rows.append(
                Row(
                    label: "Waiting",
                    text: "\(NumberFormat.callbacks(facts.waiting))\(end ?? "")"))
        }
        if let end = facts.disablesAt, notice.kind != .recovered, notice.kind != .disabled {
            rows.append(
                Row(
                    label: "Disabled on",
                    text: "\(times.short(end, near: notice.now)), unless a callback is delivered"))
        }
        return rows
    }

    private func changeRows(_ facts: EndpointFacts) -> [Row] {
        guard facts.unreported > 0 else { return [] }
        let changes = NumberFormat.count(facts.unreported, "more change", "more changes")
        return [Row(label: "Unstable", text: "\(changes) since the last alert")]
    }

    private func text(_ reason: Reason, _ facts: EndpointFacts) -> String {
        guard let status = facts.status else { return reason.label }
        return "\(reason.label), last status \(status)"
    }

    private func span(from start: Instant) -> String {
        DurationFormat.span(milliseconds: notice.now.milliseconds - start.milliseconds)
    }

    // MARK: What to do

    var remedy: String {
        switch notice.kind {
        case .recovered: "To list failed callbacks and send them again:"
        case .disabled: "To enable the profile:"
        case .failing, .disableWarning, .silent, .resumed: "To list what was not delivered:"
        }
    }

    /// Whether there is anything to do.
    func needsCommands(_ facts: EndpointFacts) -> Bool {
        notice.kind != .recovered || facts.tally.failed > 0
    }

    func page(_ facts: EndpointFacts) -> String? {
        guard let list = notice.page, let id = facts.endpoint.profileID, id.isProfileOfGateway
        else { return nil }
        return "\(list)/\(id)"
    }

    func commands(_ facts: EndpointFacts) -> [String] {
        let company = "--company \(notice.company.shellWord)"
        let file = notice.configuration.map { "  --config \($0.shellWord)" }
        let profile = facts.endpoint.profileID?.shellWord
        if notice.kind == .disabled, let profile {
            let command = "callback-gateway profile enable \(company) \(profile)"
            return [command + (file == nil ? "" : " \\"), file].compactMap { $0 }
        }
        // A minute before, because the command takes whole minutes.
        let start = (facts.since ?? notice.now).rounded(downTo: 60_000)
        let end = notice.now.advanced(milliseconds: 59_999).rounded(downTo: 60_000)
        let retrying = facts.tally.retrying > 0 && notice.kind != .recovered ? " --retrying" : ""
        var commands = [
            "callback-reports failures \(company)\(retrying) \\", file.map { "\($0) \\" },
            "  --from \(start.rfc3339(in: notice.zone)) --to \(end.rfc3339(in: notice.zone))",
        ]
        if notice.kind == .recovered, profile != nil {
            let command = "callback-gateway replay \(company) CALLBACK_ID"
            commands += [command + (file == nil ? "" : " \\"), file]
        }
        return commands.compactMap { $0 }
    }
}

extension AlertNotice {
    /// A notice with all possible contents. Templates are checked against it.
    static var sample: AlertNotice {
        let now = Instant(seconds: 1_795_600_800)
        let endpoints = (0...AlertValues.endpointLimit).map { index in
            var facts = EndpointFacts(
                endpoint: .profile("IN_00000000-0000-4000-8000-00000000000\(index)"))
            facts.title = "order-status"
            facts.origin = "https://hooks.example.com"
            facts.since = now.advanced(seconds: -900)
            facts.tally = Tally(delivered: 1, failed: 2, retrying: 9)
            facts.reason = .http5xx
            facts.status = 503
            facts.answer = "upstream timed out"
            facts.waiting = 9
            facts.givenUpBy = now.advanced(seconds: 64_000)
            facts.disablesAt = now.advanced(seconds: 400_000)
            facts.unreported = 2
            return facts
        }
        return AlertNotice(
            kind: .disableWarning, company: "HXXXXXXX071IN", name: "Example Ltd", zone: .utc,
            now: now, endpoints: endpoints, page: "https://callbacks.example.com/profiles")
    }
}
