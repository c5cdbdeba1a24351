import CivilTime
import DeliveryLog
import Reporting

/// Sample reports of days and months of an invented company.
enum SampleReports {
    static let database = ZoneDatabase(directory: "/usr/share/zoneinfo")

    static func kolkata() throws -> TimeZoneRules { try database.zone(named: "Asia/Kolkata") }

    /// A day on which two profiles are failing, one has recovered and twelve are healthy.
    static func busy() throws -> Report {
        var report = try healthy()
        report.totals = Tally(delivered: 48_211, failed: 1_204, retrying: 13)
        report.endpoints =
            troubled + (1...12).map { line("Healthy \($0)", Tally(delivered: 2_400 + $0 * 10)) }
        report.troubled = [
            failing(report.endpoints[0], since: report.period.end.advanced(seconds: -273_600)),
            failing(report.endpoints[1], since: report.period.end.advanced(seconds: -5_000)),
        ]
        report.channels = [
            ChannelLine(
                channel: "whatsapp", tally: Tally(delivered: 12_411, failed: 1_100, retrying: 13)),
            ChannelLine(channel: "sms", tally: Tally(delivered: 34_800, failed: 104)),
            ChannelLine(channel: nil, tally: Tally(delivered: 1_000)),
        ]
        report.reasons = [
            ReasonLine(reason: .http5xx, count: 1_000), ReasonLine(reason: .timeout, count: 180),
            ReasonLine(reason: .tls, count: 20), ReasonLine(reason: .dns, count: 4),
        ]
        report.timeline = hours(from: report.period.start, failing: 17...20)
        report.recovered = 37
        report.corrections = Corrections(
            period: Period(
                start: report.period.start.advanced(seconds: -86_400), end: report.period.start),
            reported: Tally(delivered: 47_000, failed: 124),
            now: Tally(delivered: 47_380, failed: 112))
        return report
    }

    /// A day without failures.
    static func healthy() throws -> Report {
        let zone = try kolkata()
        let end = zone.instant(
            of: CivilDateTime(
                date: CalendarDate(year: 2026, month: 11, day: 25),
                time: TimeOfDay(hour: 17, minute: 0)))
        let period = Period(start: end.advanced(seconds: -86_400), end: end)
        let before = Period(start: period.start.advanced(seconds: -86_400), end: period.start)
        return Report(
            company: Company(sid: "HXXXXXXX071IN", name: "Example Ltd", timeZone: zone.name),
            frequency: .daily, period: period, totals: Tally(delivered: 48_211),
            previous: Comparison(
                period: before, totals: Tally(delivered: 47_380, failed: 112, retrying: 9)),
            average: Average(
                periods: 4, sums: Tally(delivered: 190_000, failed: 400, retrying: 31)),
            endpoints: (1...12).map { line("Healthy \($0)", Tally(delivered: 4_000 + $0)) },
            troubled: [],
            channels: [ChannelLine(channel: "sms", tally: Tally(delivered: 48_211))], reasons: [],
            timeline: hours(from: period.start, failing: nil),
            latency: Latency(p50: 118, p95: 910, p99: 2_140), recovered: 0, corrections: nil,
            notes: Notes(number: 128, nextDue: end.advanced(seconds: 86_400), tzVersion: "2026f"),
            zone: zone)
    }

    /// A day without callbacks, in a silent log.
    static func empty() throws -> Report {
        var report = try healthy()
        report.totals = Tally()
        report.endpoints = []
        report.troubled = []
        report.channels = []
        report.timeline = hours(from: report.period.start, failing: nil).map {
            TimelineBar(start: $0.start, end: $0.end, tally: Tally())
        }
        report.latency = nil
        report.notes.quiet = .silent(since: report.period.start.advanced(seconds: -7_200))
        return report
    }

    /// A month in which everything failed for five days, with more profiles than are shown.
    static func outage(profiles count: Int = 60) throws -> Report {
        var report = try busy()
        let days = 31
        report.frequency = .monthly
        report.period = Period(
            start: report.period.end.advanced(seconds: -86_400 * Int64(days)),
            end: report.period.end)
        report.totals = Tally(delivered: 1_204_311, failed: 388_020, retrying: 2_077)
        report.endpoints = (1...count).map {
            line(
                "Endpoint \($0) of the fleet",
                Tally(delivered: 20_000 / $0, failed: 90_000 / $0, retrying: 3), id: "IN_\($0)")
        }
        let since = report.period.end.advanced(seconds: -86_400 * 5 - 3_600 * 4)
        report.troubled = report.endpoints.map { failing($0, since: since) }
        report.timeline = Self.days(days, from: report.period.start) { day in
            day < 26
                ? Tally(delivered: 46_000 + day * 120, failed: day * 3)
                : Tally(failed: 77_000, retrying: 400)
        }
        report.notes.expired = [
            Period(
                start: report.period.start.advanced(seconds: -86_400 * 30), end: report.period.start
            )
        ]
        report.notes.hasUnusualLength = true
        return report
    }

    /// A month in which all untrusted texts have the same, unusual name.
    static func hostile(name: String) throws -> Report {
        var report = try outage(profiles: 500)
        report.company = Company(sid: name, name: name, timeZone: name)
        for index in report.endpoints.indices {
            let endpoint = Endpoint.profile("\(name)\(index)")
            report.endpoints[index].endpoint = endpoint
            report.endpoints[index].title = name
            report.troubled[index].endpoint = endpoint
            report.troubled[index].title = name
        }
        report.channels = (1...50).map { _ in
            ChannelLine(channel: name, tally: Tally(delivered: 1_000, failed: 2_000))
        }
        report.reasons = Reason.allCases.map { ReasonLine(reason: $0, count: 38_802) }
        report.notes.tzVersion = name
        report.notes.expired = Array(repeating: report.period, count: 100)
        return report
    }

    /// A day on which one callback failed.
    static func failed(_ reason: Reason) throws -> Report {
        var report = try empty()
        report.totals.failed = 1
        report.reasons = [ReasonLine(reason: reason, count: 1)]
        return report
    }

    static func line(_ title: String, _ tally: Tally, id: String? = nil) -> EndpointLine {
        let word = title.split(separator: " ").first ?? ""
        return EndpointLine(
            endpoint: .profile(id ?? "IN_\(word.lowercased())"), title: title, tally: tally)
    }

    /// An endpoint that has been failing since an instant.
    static func failing(_ line: EndpointLine, since: Instant) -> TroubledEndpoint {
        let run = UndeliveredRun(since: since, callbacks: 3)
        return TroubledEndpoint(
            endpoint: line.endpoint, title: line.title,
            situation: EndpointSituation(undelivered: run), isFailing: true)
    }

    private static let troubled = [
        line(
            "WhatsApp delivery status (production)",
            Tally(delivered: 12_411, failed: 1_100, retrying: 13)),
        line("SMS status", Tally(delivered: 3_020, failed: 96)),
        line("Call answered", Tally(delivered: 1_200, failed: 8)),
    ]

    /// Bars of one day each, without a change of the clocks.
    static func days(
        _ count: Int, from start: Instant, _ tally: (Int) -> Tally
    ) -> [TimelineBar] {
        (0..<count).map { day in
            let first = start.advanced(seconds: 86_400 * Int64(day))
            return TimelineBar(
                start: first, end: first.advanced(seconds: 86_400), tally: tally(day))
        }
    }

    private static func hours(from start: Instant, failing: ClosedRange<Int>?) -> [TimelineBar] {
        (0..<24).map { hour in
            let busyness = [
                30, 28, 22, 16, 11, 7, 4, 3, 2, 2, 3, 5, 9, 15, 22, 27, 30, 32, 31, 29, 28, 27, 29,
                31,
            ]
            let failed = failing?.contains(hour) ?? false ? 301 : 0
            return TimelineBar(
                start: start.advanced(seconds: Int64(hour) * 3_600),
                end: start.advanced(seconds: Int64(hour + 1) * 3_600),
                tally: Tally(
                    delivered: busyness[hour] * 109, failed: failed, retrying: hour == 23 ? 13 : 0))
        }
    }
}
