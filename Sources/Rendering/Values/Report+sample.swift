import CivilTime
import DeliveryLog
import Reporting

extension Report {
    /// A report with all possible contents. Templates are checked against it.
    static var sample: Report {
        let end = Instant(seconds: 1_795_600_800)
        let period = Period(start: end.advanced(seconds: -86_400), end: end)
        let tally = Tally(delivered: 8, failed: 1, retrying: 1)
        return Report(
            company: Company(sid: "HXXXXXXX071IN", name: "Example Ltd", timeZone: "UTC"),
            frequency: .daily, period: period, totals: tally,
            previous: Comparison(period: period, totals: Tally(delivered: 9, failed: 2)),
            average: Average(periods: 4, sums: Tally(delivered: 36, failed: 8, retrying: 8)),
            endpoints: sampleEndpoints(tally),
            troubled: (0...ReportValues.profileLimit).map {
                sampleFailing($0, since: period.start)
            },
            channels: (0...ReportValues.channelLimit).map {
                ChannelLine(channel: "channel \($0)", tally: tally)
            },
            reasons: [ReasonLine(reason: .timeout, count: 1)],
            timeline: [
                sampleBar(1, of: period, Tally(delivered: 4)),
                sampleBar(2, of: period, tally),
            ],
            latency: Latency(p50: 1, p95: 2, p99: 3), recovered: 1,
            corrections: Corrections(
                period: period, reported: tally, now: Tally(delivered: 8, failed: 2)),
            notes: Notes(
                number: 1, nextDue: end, hasUnusualLength: true, quiet: .neverAny,
                logBegins: period.start,
                expired: [period],
                disabled: [DisabledProfile(profileID: "IN_0", title: nil, since: period.start)],
                page: "https://callbacks.example.com/profiles",
                configuration: "/reports.json", tzVersion: "2026f"),
            zone: .utc)
    }

    private static func sampleBar(
        _ number: Int64, of period: Period, _ tally: Tally
    ) -> TimelineBar {
        let end = period.start.advanced(seconds: number * 3_600)
        return TimelineBar(start: end.advanced(seconds: -3_600), end: end, tally: tally)
    }

    /// One endpoint more than the limit, and a healthy one.
    private static func sampleEndpoints(_ tally: Tally) -> [EndpointLine] {
        let failing = (0...ReportValues.profileLimit).map {
            EndpointLine(endpoint: sampleProfile($0), title: "Profile \($0)", tally: tally)
        }
        let healthy = EndpointLine(
            endpoint: .origin("https://example.com"), title: nil, tally: Tally(delivered: 1))
        return failing + [healthy]
    }

    private static func sampleFailing(_ number: Int, since: Instant) -> TroubledEndpoint {
        let run = UndeliveredRun(since: since, callbacks: 3)
        return TroubledEndpoint(
            endpoint: sampleProfile(number), title: "Profile \(number)",
            situation: EndpointSituation(undelivered: run), isFailing: true)
    }

    /// Has a page.
    private static func sampleProfile(_ number: Int) -> Endpoint {
        .profile("IN_00000000-0000-4000-8000-0000000000\(number + 10)")
    }
}
