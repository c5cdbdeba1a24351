import API
import CallbackDispatch
import Curl
import DeliveryLog
import JSON
import Profiles
import Templates

/// The result of a test, as the template shows it.
enum TestOutcome {
    static func value(of tested: TestDeliveryOperations.Tested) -> TemplateValue {
        let (delivery, result) = (tested.delivery, tested.delivery.result)
        let outcome: Outcome = delivery.wasDelivered ? .delivered : .failed
        return [
            "words": .text("\(tested.summary)."), "chip": OutcomeChip.value(outcome),
            "isDelivered": .flag(delivery.wasDelivered),
            "fault": .text(result.fault?.message ?? ""),
            "reason": .text(delivery.verdict.reason?.name ?? ""),
            "status": .text(result.status.map { "\($0)" } ?? ""),
            "address": .text(result.address ?? ""),
            "message": .text(tested.responseMessage ?? ""),
            "request": .text(text(of: delivery.request)),
            "answer": .text(result.status.map { text(of: result, status: $0) } ?? ""),
            "phases": .list(phases(result.phases)),
        ]
    }

    private static func text(of request: HTTPRequest) -> String {
        message("\(request.method) \(request.url)", request.headers, request.body ?? [])
    }

    private static func text(of result: HTTPResult, status: Int) -> String {
        message("Status \(status)", result.headers, result.content)
    }

    private static func message(_ line: String, _ headers: [HTTPHeader], _ body: [UInt8]) -> String
    {
        let headers = headers.map { header in
            let field = HTTPHeaderField(header.name, header.value)
            return "\(field.name): \(field.shownValue)"
        }
        let body = String(decoding: body, as: UTF8.self)
        return ([line] + headers + (body.isEmpty ? [] : ["", body])).joined(separator: "\n")
    }

    /// Times since the start. Phases that did not happen are left out.
    private static func phases(_ phases: HTTPPhases) -> [TemplateValue] {
        let names = [
            ("DNS lookup", phases.nameLookup), ("Connected", phases.connect),
            ("TLS handshake", phases.tls), ("First byte of the response", phases.firstByte),
            ("Finished", phases.total),
        ]
        return names.enumerated().compactMap { index, phase in
            let time = JSONValue.rounded(Double(phase.1) / 1000).compact
            guard time != "0" || index == names.count - 1 else { return nil }
            return ["name": .text(phase.0), "time": .text("\(time)\u{A0}ms")]
        }
    }
}
