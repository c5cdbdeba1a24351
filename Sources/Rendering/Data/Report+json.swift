package import CivilTime
import DeliveryLog
import JSON
package import Reporting

extension Report {
    /// All figures as JSON for other programs. The keys and their order are stable.
    ///
    /// Instants are in RFC 3339 with the offset of the company's time zone. The text ends with a
    /// newline.
    package var json: String { document.text() + "\n" }

    /// The report as an event for webhooks, with `type`, `timestamp` and the report's JSON as `data`.
    ///
    /// - Parameter now: When the report was created.
    package func event(at now: Instant) -> String {
        let event: JSONValue = .object([
            "type": .string("report.\(frequency?.rawValue ?? "custom")"),
            "timestamp": now.json(zone), "data": document,
        ])
        return event.text() + "\n"
    }

    private var document: JSONValue {
        let zone = zone
        let troubled = troubledByEndpoint
        return .object([
            "company": .object([
                "sid": .string(company.sid), "name": .string(company.name),
                "timeZone": .string(company.timeZone),
            ]),
            "frequency": .string(frequency?.rawValue ?? "custom"),
            "period": period.json(zone),
            "totals": progress == .notBegun ? Tally.unknownJSON : totals.json,
            "previous": previous.map {
                .object(["period": $0.period.json(zone), "totals": $0.totals.json])
            } ?? .null,
            "average": average?.json ?? .null,
            "profiles": .array(endpoints.map { json($0, troubled[$0.endpoint]) }),
            "channels": .array(channels.map(\.json)),
            "reasons": .array(
                reasons.map {
                    .object(["reason": .string($0.reason.name), "count": .integer($0.count)])
                }),
            "timeline": .array(timeline.map { $0.json(zone) }),
            "latency": latency?.json ?? .null,
            "recovered": progress == .notBegun ? .null : .integer(recovered),
            "corrections": corrections?.json(zone) ?? .null,
            "failing": .array(failing.map { $0.json(zone) }),
            "logBegins": notes.logBegins?.json(zone) ?? .null,
            "hiddenAttempts": progress == .notBegun ? .null : .integer(notes.shared.hidden),
            "coveredUntil": progress == .ongoing ? covered.end.json(zone) : .null,
            "progress": .string(progress.json),
            "earlierCorrections": .array(earlierCorrections.map { $0.json(zone) }),
            "lateFailures": .integer(lateFailures),
            "prunedFailures": .integer(notes.pruned?.failed ?? 0),
            "earlierRetrying": progress == .notBegun ? .null : .integer(earlierRetrying),
            "silences": .array(silences.map { $0.json(zone) }),
            "skippedPeriods": .array(
                skipped.map {
                    .object(["period": $0.period.json(zone), "totals": $0.totals.json])
                }),
            "skippedFailures": .integer(skippedFailures),
        ])
    }

    /// The unusual silences of the log. The last one may not have ended.
    private var silences: [Silence] {
        let ended = notes.silences.map { Silence(since: $0.start, until: $0.end) }
        guard case .silent(let since, let until) = notes.quiet else { return ended }
        return ended + [Silence(since: since, until: until)]
    }

    private func json(_ line: EndpointLine, _ troubled: TroubledEndpoint?) -> JSONValue {
        let failing = troubled.flatMap { $0.isFailing ? $0 : nil }
        return .object([
            "profileID": JSONValue(line.endpoint.profileID), "title": JSONValue(line.title),
            "delivered": .integer(line.tally.delivered), "failed": .integer(line.tally.failed),
            "retrying": .integer(line.tally.retrying),
            "failingSince": failing?.since?.json(zone) ?? .null,
            "origin": JSONValue(line.endpoint.origin), "failing": .boolean(failing != nil),
            "deliveringAgain": .boolean(line.isDeliveringAgain(troubled)),
        ])
    }
}

extension Report.Progress {
    fileprivate var json: String {
        switch self {
        case .notBegun: "notBegun"
        case .ongoing: "ongoing"
        case .ended: "complete"
        }
    }
}

private struct Silence {
    var since: Instant
    var until: Instant?

    func json(_ zone: TimeZoneRules) -> JSONValue {
        .object(["since": since.json(zone), "until": until?.json(zone) ?? .null])
    }
}

extension TroubledEndpoint {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue {
        .object([
            "profileID": JSONValue(endpoint.profileID), "title": JSONValue(title),
            "origin": JSONValue(endpoint.origin), "since": since?.json(zone) ?? .null,
            "sinceIsApproximate": .boolean(situation.undelivered?.isApproximate ?? false),
        ])
    }
}

extension Instant {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue { .string(rfc3339(in: zone)) }
}

extension Period {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue {
        .object(["start": start.json(zone), "end": end.json(zone)])
    }
}

extension Tally {
    /// The delivery rate, rounded to six decimal places. It is 1 only if nothing failed.
    var roundedRate: Double? {
        deliveryRate.map { failed == 0 ? $0 : min($0, 0.999_999) }
    }

    /// The totals of a period that has not begun.
    fileprivate static let unknownJSON = JSONValue.object([
        "callbacks": .null, "delivered": .null, "failed": .null, "retrying": .null,
        "deliveryRate": .null,
    ])

    fileprivate var json: JSONValue {
        .object([
            "callbacks": .integer(callbacks), "delivered": .integer(delivered),
            "failed": .integer(failed), "retrying": .integer(retrying),
            "deliveryRate": roundedRate.map { .rounded($0) } ?? .null,
        ])
    }
}

extension Average {
    fileprivate var json: JSONValue {
        .object([
            "periods": .integer(periods), "delivered": .rounded(mean(.delivered)),
            "failed": .rounded(mean(.failed)), "retrying": .rounded(mean(.retrying)),
            "deliveryRate": sums.roundedRate.map { .rounded($0) } ?? .null,
        ])
    }
}

extension ChannelLine {
    fileprivate var json: JSONValue {
        .object([
            "channel": JSONValue(channel), "delivered": .integer(tally.delivered),
            "failed": .integer(tally.failed), "retrying": .integer(tally.retrying),
        ])
    }
}

extension TimelineBar {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue {
        .object([
            "start": start.json(zone), "delivered": .integer(tally.delivered),
            "failed": .integer(tally.failed), "retrying": .integer(tally.retrying),
            "end": end.json(zone),
        ])
    }
}

extension Latency {
    fileprivate var json: JSONValue {
        .object(["p50": .integer(p50), "p95": .integer(p95), "p99": .integer(p99)])
    }
}

extension Corrections {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue {
        .object([
            "period": period.json(zone), "reported": reported.json, "now": now.json,
        ])
    }
}
