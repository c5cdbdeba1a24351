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
    private let troubled: [Endpoint: TroubledEndpoint]

    /// The maximum number of endpoints with failures in a table. The others are summarized in one
    /// line.
    static let profileLimit = 20
    /// The maximum number of channels in a table. The others are summarized in one line.
    static let channelLimit = 10

    init(_ report: Report) {
        self.report = report
        times = LocalTimeFormat(zone: report.zone)
        troubled = Dictionary(report.troubled.map { ($0.endpoint, $0) }) { first, _ in first }
    }

    /// Returns the state of an endpoint with a failed attempt in the period.
    func troubled(_ line: EndpointLine) -> TroubledEndpoint? { troubled[line.endpoint] }

    /// Returns the state of an endpoint if it is failing.
    func failing(_ line: EndpointLine) -> TroubledEndpoint? {
        troubled(line).flatMap { $0.isFailing ? $0 : nil }
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
