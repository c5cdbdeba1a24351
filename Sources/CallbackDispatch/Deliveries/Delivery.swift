import CivilTime
import Curl
import DeliveryLog
import JSON

/// An attempt as the log has it, and what the gateway knows of it besides.
struct Delivery {
    var attempt: Attempt
    /// Nil for one that the gateway did not make.
    var exchange: ExchangeRecord?
}

/// What the delivery log has no column for.
struct ExchangeRecord {
    /// The version of the profile.
    var version: Int?
    var address: String?
    var phases: HTTPPhases
    var fault: String?
    /// The beginning of the answer's content.
    var head: [UInt8]
}

extension Delivery {
    /// The fields of a record of the log under their names, and then the gateway's own.
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
