import CivilTime
import DeliveryLog
import Reporting
import Templates

/// The template values of a report.
///
/// Both forms of the mail use them. Tables are available as rows for HTML and as `lines` for text.
/// All keys are always present, so that ``TemplateSet`` can distinguish a wrong name from a missing
/// value.
struct ReportValues {
    let report: Report
    let times: LocalTimeFormat
    /// The endpoints with failures, for lookup.
    let troubled: [Endpoint: TroubledEndpoint]
    /// The names that several endpoints have.
    private let sharedNames: Set<String>

    /// The maximum number of endpoints with failures in a table. The others are summarized in one
    /// line.
    static let profileLimit = 20
    /// The maximum number of channels in a table. The others are summarized in one line.
    static let channelLimit = 10

    init(_ report: Report) {
        self.report = report
        times = LocalTimeFormat(zone: report.zone)
        troubled = report.troubledByEndpoint
        sharedNames = report.sharedNames
    }

    /// Returns the title of an endpoint, or its ID if it has none. If several endpoints have that
    /// name, the ID follows.
    func name(of endpoint: Endpoint, _ title: String?) -> String {
        let name = endpoint.name(title)
        guard let id = sharedID(of: endpoint, title)?.cut(columns: 40) else { return name }
        // Together as long as a name may be.
        return "\(name.cut(columns: max(16, 57 - id.displayWidth))) (\(id))"
    }

    /// Returns the ID of an endpoint whose title is not enough to tell it from others.
    func sharedID(of endpoint: Endpoint, _ title: String?) -> String? {
        guard title != nil, sharedNames.contains(endpoint.name(title)) else { return nil }
        return endpoint.id?.name()
    }

    /// Returns the state of an endpoint if it is failing.
    func failing(_ line: EndpointLine) -> TroubledEndpoint? {
        troubled[line.endpoint].flatMap { $0.isFailing ? $0 : nil }
    }

    var value: TemplateValue {
        [
            "company": [
                "name": .text(report.company.name.name()), "sid": .text(report.company.sid.name()),
            ],
            "title": .text(title),
            "date": .text(times.date(report.period.end)),
            "occasion": .text(occasion),
            "verdict": .text(Verdict(report).subject),
            "status": status,
            "period": [
                "text": .text(times.full(report.period)),
                "start": .text(times.full(report.period.start)),
                "end": .text(times.full(report.period.end)),
                "length": .text(DurationFormat.span(milliseconds: report.period.length)),
            ],
            "notes": .list(notes.map { .text($0) }),
            "totals": totals,
            "profiles": profiles,
            "reasons": reasons,
            "timeline": timeline,
            "channels": channels,
            "latency": latency,
            "hasSince": .flag(!sinceLastReport.isEmpty),
            "since": .list(sinceLastReport.map { .text($0) }),
            "failures": failures,
            "foot": foot,
        ]
    }

    /// A short description of the report: `daily, 25 Nov`.
    private var occasion: String {
        let period = report.period
        guard let frequency = report.frequency else {
            return times.short(period, near: period.end)
        }
        return "\(frequency.rawValue), \(times.dayOfMonth(period.end))"
    }

    private var title: String {
        guard let frequency = report.frequency else { return "Callback report" }
        return "\(frequency.title) callback report"
    }

    private var latency: TemplateValue {
        guard let latency = report.latency else { return .none }
        return [
            "p50": .text(DurationFormat.latency(milliseconds: latency.p50)),
            "p95": .text(DurationFormat.latency(milliseconds: latency.p95)),
            "p99": .text(DurationFormat.latency(milliseconds: latency.p99)),
        ]
    }
}

extension Frequency {
    /// `day`.
    var unit: String {
        switch self {
        case .daily: "day"
        case .weekly: "week"
        case .monthly: "month"
        }
    }

    /// `Daily`.
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension TemplateValue {
    /// Creates a text, or a missing value for nil.
    init(_ text: String?) {
        self = text.map { .text($0) } ?? .none
    }

    /// Returns the number as text, or a missing value for 0.
    static func unlessZero(_ number: Int) -> TemplateValue {
        number == 0 ? .none : .text(String(number))
    }

    static func grouped(_ number: Int) -> TemplateValue { .text(NumberFormat.grouped(number)) }
}

/// Where the reader finds the callbacks that were not delivered.
extension ReportValues {
    var failures: TemplateValue {
        let unlisted = report.notes.pruned?.failed ?? 0
        let isAny = report.totals.failed + report.totals.retrying > unlisted
        let undelivered = report.endpoints.filter { $0.tally.failed + $0.tally.retrying > 0 }
        let onPages = undelivered.filter { page(of: $0.endpoint) != nil }
        let needsCommand = isAny && (onPages.isEmpty || onPages.count < undelivered.count)
        return [
            "page": TemplateValue(report.notes.page),
            "words": .text(
                onPages.isEmpty ? "View the callback profiles" : "View undelivered callbacks"),
            "command": .list(needsCommand ? command.map { .text($0) } : []),
            "hasCommand": .flag(needsCommand),
            "waiting": .list(waitingCommand.map { .text($0) }),
            "hasWaiting": .flag(!waitingCommand.isEmpty),
            "late": .list(lateCommand.map { .text($0) }),
            "hasLate": .flag(!lateCommand.isEmpty),
        ]
    }

    /// The shell command that lists the failures of earlier periods that no report contained, with
    /// all other failures of these periods. Empty if there are none.
    private var lateCommand: [String] {
        let periods =
            report.allCorrections.filter { $0.lateFailures > 0 }.map(\.period)
            + report.skipped.filter { $0.totals.failed > 0 }.map(\.period)
        guard let start = periods.map(\.start).min(), let end = periods.map(\.end).max() else {
            return []
        }
        return command("", "  --from \(argument(start)) --to \(argument(end))")
    }

    /// The shell command that lists the earlier callbacks that are still retrying. Empty if there
    /// are none.
    private var waitingCommand: [String] {
        guard report.earlierRetrying > 0 else { return [] }
        let period = Report.weekBefore(report.period.start)
        let (start, end) = (argument(period.start), argument(period.end))
        return command(
            "", "  --outcome retrying --from \(start) --to \(end)", of: "export callbacks")
    }

    /// Returns the page of an endpoint that is a profile of the gateway, or nil for other endpoints.
    func page(of endpoint: Endpoint) -> String? {
        guard let list = report.notes.page, let id = endpoint.profileID, id.isProfileOfGateway
        else { return nil }
        return "\(list)/\(id)"
    }

    /// The shell command that lists the undelivered callbacks of the period, as lines.
    private var command: [String] {
        let retrying = report.totals.retrying > 0 ? " --retrying" : ""
        let (start, end) = (argument(report.period.start), argument(report.period.end))
        let period =
            report.frequency.map { "  --frequency \($0.rawValue) --ending \(end)" }
            ?? "  --from \(start) --to \(end)"
        return command(retrying, period)
    }

    private func command(
        _ options: String, _ period: String, of command: String = "failures"
    ) -> [String] {
        let company = "callback-reports \(command) --company \(report.company.sid.shellWord)"
        let file = report.notes.configuration.map { "  --config \($0.shellWord) \\" }
        return ["\(company)\(options) \\", file, period].compactMap { $0 }
    }

    /// Returns a time in the company's time zone as the commands accept it. It includes the offset
    /// if the local time is ambiguous or has seconds.
    private func argument(_ instant: Instant) -> String {
        let civil = times.civil(instant)
        let isPlain =
            instant.milliseconds % 60_000 == 0 && report.zone.instant(of: civil) == instant
        return isPlain
            ? "\(civil.date)T\(civil.time.hoursAndMinutes)" : instant.rfc3339(in: report.zone)
    }

}

extension String {
    /// The printable text as one word of a shell command, quoted if necessary.
    var shellWord: String {
        let word = printable
        let isPlain = word.utf8.allSatisfy { $0.isLetterOrDigit || "_-./".utf8.contains($0) }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    /// Whether the text is an ID of the gateway: the letters and digits of a pod, `_` and a UUID.
    var isProfileOfGateway: Bool {
        let parts = utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...16).contains(parts[0].count), parts[1].count == 36 else {
            return false
        }
        return parts[0].allSatisfy(\.isLetterOrDigit)
            && parts[1].enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index)
                    ? byte == UInt8(ascii: "-") : byte.isLetterOrDigit
            }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

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
            "title": .text(name(of: endpoint.endpoint, endpoint.title)),
            "since": .text(failingSince(endpoint)),
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
        let about = endpoint.situation.undelivered?.isApproximate == true ? "about " : ""
        return "failing since \(about)\(times.short(since, near: end)) (\(span))"
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

extension Report {
    /// The names that several endpoints of the report have.
    fileprivate var sharedNames: Set<String> {
        // A report in which all is well names no endpoint.
        if endpoints.allSatisfy({ $0.tally.failed + $0.tally.retrying == 0 }), troubled.isEmpty,
            notes.disabled.isEmpty
        {
            return []
        }
        var names = Dictionary(endpoints.map { ($0.endpoint, $0.name) }) { first, _ in first }
        for endpoint in troubled {
            names[endpoint.endpoint] = endpoint.name
        }
        for profile in notes.disabled {
            let endpoint = Endpoint.profile(profile.profileID)
            names[endpoint] = endpoint.name(profile.title)
        }
        return Set(
            Dictionary(grouping: names.values) { $0 }.filter { $0.value.count > 1 }.keys)
    }
}

extension Endpoint {
    fileprivate func name(_ title: String?) -> String {
        let name = (title ?? id ?? "").name()
        return name.isEmpty ? "(no endpoint)" : name
    }
}
