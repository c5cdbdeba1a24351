import DeliveryLog
import JSON
import Profiles
import Templates

/// The result of a test, as the template shows it.
enum Outcomes {
    static func value(of envelope: Envelope) -> TemplateValue {
        let data = envelope.data.object ?? [:]
        let (request, answer) = (data["request"]?.object ?? [:], data["answer"]?.object)
        let outcome = Outcome(name: data["outcome"]?.string ?? "") ?? .failed
        return [
            "words": .text("\(envelope.message)."), "chip": OutcomeChip.value(outcome),
            "isDelivered": .flag(outcome == .delivered),
            "fault": .text(data["fault"]?.string ?? ""),
            "reason": .text(data["reason"]?.string ?? ""),
            "status": .text(answer?["status"]?.integer.map { "\($0)" } ?? ""),
            "address": .text(data["address"]?.string ?? ""),
            "message": .text(data["response_message"]?.string ?? ""),
            "request": .text(self.request(request)), "answer": .text(answer.map(self.answer) ?? ""),
            "phases": .list(phases(data["phases"]?.object ?? [:])),
        ]
    }

    private static func request(_ request: JSONObject) -> String {
        let line = "\(request["method"]?.string ?? "") \(request["url"]?.string ?? "")"
        return message(line, request)
    }

    private static func answer(_ answer: JSONObject) -> String {
        message("Status \(answer["status"]?.integer ?? 0)", answer)
    }

    private static func message(_ line: String, _ message: JSONObject) -> String {
        let headers = (message["headers"]?.array ?? []).compactMap(\.object).map {
            "\($0["name"]?.string ?? ""): \($0["value"]?.string ?? "")"
        }
        let body = message["body"]?.string ?? ""
        return ([line] + headers + (body.isEmpty ? [] : ["", body])).joined(separator: "\n")
    }

    /// Times since the start. Phases that did not happen are left out.
    private static func phases(_ phases: JSONObject) -> [TemplateValue] {
        let names = [
            ("name_lookup", "DNS lookup"), ("connect", "Connected"), ("tls", "TLS handshake"),
            ("first_byte", "First byte of the response"), ("total", "Finished"),
        ]
        return names.compactMap { name, words in
            guard let time = phases[name]?.compactNumber, time != "0" || name == "total" else {
                return nil
            }
            return ["name": .text(words), "time": .text("\(time)\u{A0}ms")]
        }
    }
}

extension JSONValue {
    /// The text of a number; nil for other values.
    fileprivate var compactNumber: String? {
        guard case .number = self else { return nil }
        return compact
    }
}
