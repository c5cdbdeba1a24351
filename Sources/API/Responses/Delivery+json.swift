import CallbackDispatch
import CivilTime
import Curl
import DeliveryLog
import JSON
import Profiles
import Storage

extension TestDeliveryOperations.Tested {
    /// The request as sent, with secrets masked, the response, and the message to the sender.
    var json: JSONObject {
        let (request, result) = (delivery.request, delivery.result)
        return [
            "outcome": .string(delivery.wasDelivered ? "delivered" : "failed"),
            "reason": JSONValue(delivery.verdict.reason?.name),
            "request": .object([
                "method": .string(request.method), "url": .string(request.url),
                "headers": Self.json(request.headers),
                "body": JSONValue(request.body.map { String(decoding: $0, as: UTF8.self) }),
            ]),
            "answer": result.status == nil ? .null : Self.received(result),
            "fault": JSONValue(result.fault?.message),
            "address": JSONValue(result.address),
            "phases": .object(ExchangePhases(result.phases).json),
            "response_message": JSONValue(responseMessage),
        ]
    }

    private static func received(_ result: HTTPResult) -> JSONValue {
        .object([
            "status": JSONValue(result.status), "headers": json(result.headers),
            "body": .string(String(decoding: result.content, as: UTF8.self)),
        ])
    }

    private static func json(_ headers: [HTTPHeader]) -> JSONValue {
        .array(
            headers.map { header in
                let field = HTTPHeaderField(header.name, header.value)
                return .object([
                    "name": .string(field.name), "value": .string(field.shownValue),
                ])
            })
    }
}

extension TestDelivery {
    package var wasDelivered: Bool { verdict.reason == nil }
}

extension ExchangePhases {
    /// The phases in milliseconds since the start of the request.
    var json: JSONObject {
        let phases = [
            ("name_lookup", nameLookup), ("connect", connect), ("tls", tls),
            ("first_byte", firstByte), ("total", total),
        ]
        return phases.reduce(into: [:]) { json, phase in
            json[phase.0] = .rounded(Double(phase.1) / 1000)
        }
    }
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
