import HTTPServer
import JSON
import Templates

/// Tests a saved profile, with values for its placeholders.
extension PageController {
    func testPage() throws -> Response {
        let shown = try operations.profiles.show(visit.subject)
        guard shown.isSuccess, let profile = shown.data.object else { return refusal(shown) }
        if let refusal = refusal(ofDamaged: profile) { return refusal }
        let samples = profile["replacers"] ?? .object([:])
        var field = FormField("variables", "Values for the placeholders")
        field.text = visit.fields?["variables"] ?? (samples == .object([:]) ? "" : samples.text())
        field.hint = "A JSON object; missing variables get sample values"
        (field.rows, field.isOptional) = (10, true)
        var (outcome, status) = (TemplateValue.none, 200)
        if visit.fields != nil, !visit.isReview {
            let envelope = try operations.testDeliveries.test(
                profile: visit.subject, Self.request(field.text))
            status = envelope.status
            field.fault = FormFaults(envelope, headers: [], extras: []).lines.map(\.words)
                .joined(separator: ". ")
            if envelope.isSuccess { outcome = Outcomes.value(of: envelope) }
        }
        return page(profile["title"]?.string ?? "", field, outcome, status)
    }

    private static func request(_ variables: String) -> [UInt8] {
        guard !variables.allSatisfy(\.isWhitespace) else { return [] }
        return JSONValue.object(["variables": .string(variables)]).compactBytes
    }

    private func page(
        _ title: String, _ field: FormField, _ outcome: TemplateValue, _ status: Int
    ) -> Response {
        document(
            "test", (field.fault.isEmpty ? "" : "Error: ") + "Test \(title)",
            [
                "name": .text(title), "variables": field.value, "outcome": outcome,
                "faults": FaultSummary(field).value,
                "action": .text(Address.of(.test, visit.subject)),
                "back": .text(Address.of(.profile, visit.subject)),
            ], status: status)
    }
}
