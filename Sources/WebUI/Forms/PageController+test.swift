import API
import CallbackDispatch
import HTTPServer
import JSON
import Profiles
import Templates

/// Tests a saved profile, with values for its placeholders.
extension PageController {
    func testPage() throws -> Response {
        let profile: Profile
        switch try operations.profiles.show(visit.subject) {
        case .readable(let found): profile = found
        case .damaged(let damage): return page(for: damage)
        }
        let samples = profile.samples
        var field = FormField("variables", "Values for the placeholders")
        field.text =
            visit.fields?[.variables]
            ?? (samples.isEmpty ? "" : JSONValue.object(samples).text())
        field.hint = "A JSON object; missing variables get sample values"
        (field.rows, field.isOptional) = (10, true)
        var (outcome, status) = (TemplateValue.none, 200)
        if visit.fields != nil, !visit.isReview {
            do {
                let tested = try operations.testDeliveries.test(
                    profile: visit.subject, Self.request(field.text))
                outcome = TestOutcome.value(of: tested)
            } catch {
                guard let refusal = Refusal(error) else { throw error }
                status = refusal.status
                field.fault = FormFaults(refusal).lines.map(\.words).joined(separator: ". ")
            }
        }
        return page(profile.settings.title, field, outcome, status)
    }

    private static func request(_ variables: String) -> RequestBody? {
        guard !variables.allSatisfy(\.isWhitespace) else { return nil }
        return .value(.object(["variables": .string(variables)]))
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
