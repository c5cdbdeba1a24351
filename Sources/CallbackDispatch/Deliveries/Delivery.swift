import CivilTime
import Curl
import DeliveryLog
import JSON

/// An attempt from the delivery log, with the details that only the gateway records.
struct Delivery {
    var attempt: Attempt
    /// The details of the HTTP exchange, or `nil` if the gateway did not make the attempt.
    var exchange: ExchangeRecord?
}

/// The details of an HTTP exchange that the delivery log has no columns for.
struct ExchangeRecord {
    /// The version of the profile that the request was built from.
    var version: Int?
    var address: String?
    var phases: HTTPPhases
    var fault: String?
    /// The first bytes of the response body.
    var head: [UInt8]
}

extension Delivery {
    /// The attempt as JSON: first the log's fields under their log names, then the gateway's own.
    var json: JSONValue {
        .object([
            "callback_id": .string(attempt.callbackID), "attempt": .integer(attempt.number),
            "finished_at": .string(attempt.finishedAt.rfc3339),
            "outcome": .string(attempt.outcome.name), "error": JSONValue(attempt.reason?.name),
            "status": JSONValue(attempt.status), "profile_id": JSONValue(attempt.profileID),
            "channel": JSONValue(attempt.channel), "event": JSONValue(attempt.event),
            "method": JSONValue(attempt.method), "url": JSONValue(attempt.origin),
            "duration_ms": JSONValue(attempt.durationMilliseconds),
            "version": JSONValue(exchange?.version), "address": JSONValue(exchange?.address),
            "phases": exchange.map { .object($0.phases.json) } ?? .null,
            "fault": JSONValue(exchange?.fault),
            "answer": JSONValue(exchange.map { String(decoding: $0.head, as: UTF8.self) }),
        ])
    }
}
