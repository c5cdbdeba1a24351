import CivilTime
import DeliveryLog
import Reporting
import Scheduling

extension Report {
    /// A report that has everything a report can have: templates are checked against it.
    static var specimen: Report {
        let end = Instant(seconds: 1_795_600_800)
        let period = Period(start: end.advanced(seconds: -86_400), end: end)
        let tally = Tally(delivered: 8, failed: 1, retrying: 1)
        return Report(
            company: Company(sid: "HXXXXXXX071IN", name: "Example Ltd", timeZone: "UTC"),
            frequency: .daily, period: period, totals: tally,
            previous: Comparison(period: period, totals: Tally(delivered: 9, failed: 2)),
            average: Average(periods: 4, sums: Tally(delivered: 36, failed: 8, retrying: 8)),
            profiles: specimenProfiles(tally, since: period.start),
            channels: (0...ReportValues.channelLimit).map {
                ChannelLine(channel: "channel \($0)", tally: tally)
            },
            reasons: [ReasonLine(reason: .timeout, count: 1)],
            timeline: [
                TimelineBar(start: period.start, tally: Tally(delivered: 4)),
                TimelineBar(start: period.start.advanced(seconds: 3_600), tally: tally),
            ],
            latency: Latency(p50: 1, p95: 2, p99: 3), recovered: 1,
            corrections: Corrections(period: period, reported: tally, now: tally),
            notes: Notes(
                number: 1, nextDue: end, hasUnusualLength: true, quiet: .neverAny,
                expired: [period],
                disabled: [DisabledProfile(profileID: "IN_0", title: nil, since: period.start)],
                tzVersion: "2026f"),
            zone: .utc)
    }

    /// One profile more than is shown, and a healthy one.
    private static func specimenProfiles(_ tally: Tally, since: Instant) -> [ProfileLine] {
        let failing = (0...ReportValues.profileLimit).map {
            ProfileLine(
                profileID: "IN_\($0)", title: "Profile \($0)", tally: tally, failingSince: since)
        }
        let healthy = ProfileLine(
            profileID: nil, title: nil, tally: Tally(delivered: 1), failingSince: nil)
        return failing + [healthy]
    }
}
