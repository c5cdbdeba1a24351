package import Alerts
import CivilTime
import DeliveryLog
import JSON

extension AlertNotice {
    /// The notice as JSON for programs: an event with `type`, `timestamp` and `data`. The keys and
    /// their order are stable.
    ///
    /// Instants are in RFC 3339 with the offset of the company's time zone. The text ends with a
    /// newline.
    package var json: String {
        let document: JSONValue = .object([
            "type": .string(kind.rawValue), "timestamp": now.json(zone),
            "data": .object([
                "company": .object([
                    "sid": .string(company), "name": .string(name),
                    "timeZone": .string(zone.name),
                ]),
                "endpoints": .array(endpoints.map(json)),
                "lastCallback": lastCallback?.json(zone) ?? .null,
            ]),
        ])
        return document.text() + "\n"
    }

    private func json(_ facts: EndpointFacts) -> JSONValue {
        let number = { facts.isDescribed ? JSONValue.integer($0) : .null }
        let hasPage = facts.endpoint.profileID?.isProfileOfGateway ?? false
        return .object([
            "profileID": JSONValue(facts.endpoint.profileID), "title": JSONValue(facts.title),
            "origin": JSONValue(facts.origin ?? facts.endpoint.origin),
            "since": facts.since?.json(zone) ?? .null,
            "until": facts.until?.json(zone) ?? .null,
            "delivered": number(facts.tally.delivered), "failed": number(facts.tally.failed),
            "retrying": number(facts.tally.retrying),
            "deliveredLate": number(facts.deliveredLate),
            "reason": JSONValue(facts.reason?.name),
            "status": facts.status.map { .integer($0) } ?? .null,
            "waiting": number(facts.waiting),
            "givenUpBy": facts.givenUpBy?.json(zone) ?? .null,
            "disablesAt": facts.disablesAt?.json(zone) ?? .null,
            "unreportedChanges": .integer(facts.unreported),
            "page": hasPage
                ? JSONValue(page.map { "\($0)/\(facts.endpoint.profileID ?? "")" }) : .null,
        ])
    }
}

extension Instant {
    fileprivate func json(_ zone: TimeZoneRules) -> JSONValue { .string(rfc3339(in: zone)) }
}
