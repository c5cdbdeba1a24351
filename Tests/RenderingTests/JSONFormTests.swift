import CivilTime
import DeliveryLog
import Reporting
import TestSupport
import Testing

@testable import Rendering

@Suite struct JSONFormTests {
    @Test func `every figure has its key, in the documented order`() throws {
        var report = try SampleReports.busy()
        report.endpoints = Array(report.endpoints.prefix(1))
        report.channels = Array(report.channels.suffix(1))
        report.reasons = Array(report.reasons.prefix(1))
        report.troubled = Array(report.troubled.prefix(1))
        report.timeline = Array(report.timeline.prefix(1))
        let end = report.period.start.advanced(seconds: -2 * 86_400)
        report.earlierCorrections = [
            Corrections(
                period: Period(start: end.advanced(seconds: -86_400), end: end),
                reported: Tally(delivered: 9), now: Tally(delivered: 9, failed: 3))
        ]
        report.skipped = [
            Comparison(
                period: report.earlierCorrections[0].period,
                totals: Tally(delivered: 4, failed: 2))
        ]
        report.notes.silences = [
            Period(
                start: report.period.start.advanced(seconds: -3_600),
                end: report.period.start.advanced(seconds: 3_600))
        ]
        report.notes.quiet = .silent(since: report.period.end.advanced(seconds: -3_600))
        #expect(try PythonCheck.run("json_flat", input: report.json) == Self.flat)
    }

    @Test func `missing values are null or an empty list`() throws {
        var report = try SampleReports.empty()
        report.frequency = nil
        report.previous = nil
        report.average = nil
        report.notes.quiet = nil
        report.timeline = []
        report.endpoints = [
            EndpointLine(endpoint: .unknown, title: nil, tally: Tally())
        ]
        report.channels = [ChannelLine(channel: nil, tally: Tally())]
        #expect(report.json.hasSuffix(Self.absent))
    }

    @Test func `strings are escaped`() throws {
        var report = try SampleReports.empty()
        report.company.name = "\"\\\u{8}\u{1F}\n\r\t\u{7F}\u{9B}é日👍/<&"
        let flat = try PythonCheck.run("json_flat", input: report.json)
        let expected = #"""
            company.name '"\\\x08\x1f\n\r\t\x7f\x9b\xe9\u65e5\U0001f44d/<&'
            """#
        #expect(flat.contains(expected))
    }

    @Test func `a rate below 1 is never rounded to 1`() throws {
        var report = try SampleReports.empty()
        report.totals = Tally(delivered: 10_000_000, failed: 1)
        #expect(report.json.contains(#""deliveryRate": 0.999999"#))
    }

    @Test(
        arguments: [
            (Tally(), nil), (Tally(retrying: 2), nil), (Tally(delivered: 9, retrying: 2), nil),
            (Tally(delivered: 9), 1), (Tally(failed: 2, retrying: 1), 0),
            (Tally(delivered: 1, failed: 1, retrying: 5), 0.5),
        ] as [(Tally, Double?)])
    func `every format shows the same rate`(tally: Tally, rate: Double?) throws {
        var report = try SampleReports.empty()
        report.totals = tally
        report.endpoints = [SampleReports.line("A", tally)]
        report.channels = [ChannelLine(channel: "sms", tally: tally)]
        let exact = rate.map { $0 == 0.5 ? "0.5" : "\(Int($0))" }
        #expect(report.json.contains("\"deliveryRate\": \(exact ?? "null")\n"))
        let cells = report.csv.split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells[cells.count - 4] == exact ?? "")
        let shown = rate.map { $0 == 0.5 ? "50.00 %" : "\(Int($0 * 100)) %" } ?? "–"
        let text = try Renderer().text(report)
        for row in ["Delivery rate", "sms"] {
            let line = text.split(separator: "\n").first { $0.hasPrefix(row) }
            #expect(line?.contains(shown) == true, "\(row): \(text)")
        }
    }

    @Test func `each instant has its own offset`() throws {
        var report = try SampleReports.empty()
        report.zone = try SampleReports.database.zone(named: "Europe/Berlin")
        let start = try #require(Instant(rfc3339: "2026-10-24T15:00:00Z"))
        report.period = Period(start: start, end: start.advanced(seconds: 25 * 3_600))
        #expect(report.json.contains(#""start": "2026-10-24T17:00:00+02:00""#))
        #expect(report.json.contains(#""end": "2026-10-25T17:00:00+01:00""#))
    }

    private static let flat = """
        company.sid 'HXXXXXXX071IN'
        company.name 'Example Ltd'
        company.timeZone 'Asia/Kolkata'
        frequency 'daily'
        period.start '2026-11-24T17:00:00+05:30'
        period.end '2026-11-25T17:00:00+05:30'
        totals.callbacks 49428
        totals.delivered 48211
        totals.failed 1204
        totals.retrying 13
        totals.deliveryRate 0.975635
        previous.period.start '2026-11-23T17:00:00+05:30'
        previous.period.end '2026-11-24T17:00:00+05:30'
        previous.totals.callbacks 47501
        previous.totals.delivered 47380
        previous.totals.failed 112
        previous.totals.retrying 9
        previous.totals.deliveryRate 0.997642
        average.periods 4
        average.delivered 47500
        average.failed 100
        average.retrying 7.75
        average.deliveryRate 0.997899
        profiles[0].profileID 'IN_whatsapp'
        profiles[0].title 'WhatsApp delivery status (production)'
        profiles[0].delivered 12411
        profiles[0].failed 1100
        profiles[0].retrying 13
        profiles[0].failingSince '2026-11-22T13:00:00+05:30'
        profiles[0].origin None
        profiles[0].failing True
        profiles[0].deliveringAgain False
        channels[0].channel None
        channels[0].delivered 1000
        channels[0].failed 0
        channels[0].retrying 0
        reasons[0].reason 'http_5xx'
        reasons[0].count 1000
        timeline[0].start '2026-11-24T17:00:00+05:30'
        timeline[0].delivered 3270
        timeline[0].failed 0
        timeline[0].retrying 0
        timeline[0].end '2026-11-24T18:00:00+05:30'
        latency.p50 118
        latency.p95 910
        latency.p99 2140
        recovered 37
        corrections.period.start '2026-11-23T17:00:00+05:30'
        corrections.period.end '2026-11-24T17:00:00+05:30'
        corrections.reported.callbacks 47124
        corrections.reported.delivered 47000
        corrections.reported.failed 124
        corrections.reported.retrying 0
        corrections.reported.deliveryRate 0.997369
        corrections.now.callbacks 47492
        corrections.now.delivered 47380
        corrections.now.failed 112
        corrections.now.retrying 0
        corrections.now.deliveryRate 0.997642
        failing[0].profileID 'IN_whatsapp'
        failing[0].title 'WhatsApp delivery status (production)'
        failing[0].origin None
        failing[0].since '2026-11-22T13:00:00+05:30'
        failing[0].sinceIsApproximate False
        logBegins None
        hiddenAttempts 0
        coveredUntil None
        progress 'complete'
        earlierCorrections[0].period.start '2026-11-21T17:00:00+05:30'
        earlierCorrections[0].period.end '2026-11-22T17:00:00+05:30'
        earlierCorrections[0].reported.callbacks 9
        earlierCorrections[0].reported.delivered 9
        earlierCorrections[0].reported.failed 0
        earlierCorrections[0].reported.retrying 0
        earlierCorrections[0].reported.deliveryRate 1
        earlierCorrections[0].now.callbacks 12
        earlierCorrections[0].now.delivered 9
        earlierCorrections[0].now.failed 3
        earlierCorrections[0].now.retrying 0
        earlierCorrections[0].now.deliveryRate 0.75
        lateFailures 3
        prunedFailures 0
        earlierRetrying 0
        silences[0].since '2026-11-24T16:00:00+05:30'
        silences[0].until '2026-11-24T18:00:00+05:30'
        silences[1].since '2026-11-25T16:00:00+05:30'
        silences[1].until None
        skippedPeriods[0].period.start '2026-11-21T17:00:00+05:30'
        skippedPeriods[0].period.end '2026-11-22T17:00:00+05:30'
        skippedPeriods[0].totals.callbacks 6
        skippedPeriods[0].totals.delivered 4
        skippedPeriods[0].totals.failed 2
        skippedPeriods[0].totals.retrying 0
        skippedPeriods[0].totals.deliveryRate 0.666667
        skippedFailures 2

        """

    private static let absent = """
          "frequency": "custom",
          "period": {
            "start": "2026-11-24T17:00:00+05:30",
            "end": "2026-11-25T17:00:00+05:30"
          },
          "totals": {
            "callbacks": 0,
            "delivered": 0,
            "failed": 0,
            "retrying": 0,
            "deliveryRate": null
          },
          "previous": null,
          "average": null,
          "profiles": [
            {
              "profileID": null,
              "title": null,
              "delivered": 0,
              "failed": 0,
              "retrying": 0,
              "failingSince": null,
              "origin": null,
              "failing": false,
              "deliveringAgain": false
            }
          ],
          "channels": [
            {
              "channel": null,
              "delivered": 0,
              "failed": 0,
              "retrying": 0
            }
          ],
          "reasons": [],
          "timeline": [],
          "latency": null,
          "recovered": 0,
          "corrections": null,
          "failing": [],
          "logBegins": null,
          "hiddenAttempts": 0,
          "coveredUntil": null,
          "progress": "complete",
          "earlierCorrections": [],
          "lateFailures": 0,
          "prunedFailures": 0,
          "earlierRetrying": 0,
          "silences": [],
          "skippedPeriods": [],
          "skippedFailures": 0
        }

        """
}
