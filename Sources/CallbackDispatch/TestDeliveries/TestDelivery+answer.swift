import Curl
import DeliveryLog
import JSON
import Profiles

extension TestDelivery {
    /// The request as sent, with secrets masked, and the response.
    var answer: JSONObject {
        [
            "outcome": .string(verdict.reason == nil ? "delivered" : "failed"),
            "reason": JSONValue(verdict.reason?.name),
            "request": .object([
                "method": .string(request.method), "url": .string(request.url),
                "headers": Self.json(request.headers),
                "body": JSONValue(request.body.map { String(decoding: $0, as: UTF8.self) }),
            ]),
            "answer": result.status == nil ? .null : received,
            "fault": JSONValue(result.fault?.message),
            "address": JSONValue(result.address),
            "phases": .object(result.phases.json),
        ]
    }

    private var received: JSONValue {
        .object([
            "status": JSONValue(result.status), "headers": Self.json(result.headers),
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

extension HTTPPhases {
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
