import CivilTime
import DeliveryLog
import HTTPServer
import JSON
import Profiles
import Rendering
import Templates

/// The page of one profile, with its settings and recent callbacks.
extension PageController {
    func profilePage() throws -> Response {
        let shown = try operations.profiles.show(visit.subject)
        guard shown.isSuccess, let profile = shown.data.object else { return refusal(shown) }
        let attempts = try operations.deliveries.list([
            (name: "callback_profile", value: visit.subject), (name: "limit", value: "10"),
        ])
        let rows = (attempts.data.object?["deliveries"]?.array ?? []).compactMap(\.object)
        let title = profile["title"]?.string ?? ""
        let values: [String: TemplateValue] = [
            "profile": .object(try settingsValues(profile)), "notices": notices,
            "chart": try DeliveryChart(self).value, "attempts": attemptRows(rows),
            "hasAttempts": .flag(!rows.isEmpty),
        ]
        return document("profile", title, values)
    }

    private func settingsValues(_ profile: JSONObject) throws -> [String: TemplateValue] {
        let id = visit.subject
        let status = profile["status"]?.integer
        let changed = time(profile["modified_at"])
        return [
            "title": .text(profile["title"]?.string ?? ""), "id": .text(id),
            "status": StatusChip.value(profile),
            "channel": .text(ChannelLabels.title(profile["channel"]?.string)),
            "edit": .text(Address.of(.edit, id)), "test": .text(Address.of(.test, id)),
            "delete": .text(Address.of(.delete, id)),
            "enable": .text(status == 1 ? "" : Address.of(.enable, id)),
            "disable": .text(status == 1 ? Address.of(.disable, id) : ""),
            "isFailing": .flag(status == 2), "damage": .text(profile["damaged"]?.string ?? ""),
            "warnings": .list(try operations.profiles.warnings(of: id).map { .text($0) }),
            "lines": .list(SettingsLines.lines(of: profile)),
            "created": .text(time(profile["created_at"])), "changed": .text(changed),
            "version": .text("\(profile["version"]?.integer ?? 1)"),
        ]
    }

    // MARK: Attempts

    /// Returns the rows, newest first. A failed callback can be sent again from its latest attempt.
    private func attemptRows(_ rows: [JSONObject]) -> TemplateValue {
        var seen: Set<String> = []
        return .list(
            rows.map { attempt in
                let id = attempt["callback_id"]?.string ?? ""
                return attemptRow(attempt, id: id, isLatest: seen.insert(id).inserted)
            })
    }

    private func attemptRow(_ attempt: JSONObject, id: String, isLatest: Bool) -> TemplateValue {
        let outcome = Outcome(name: attempt["outcome"]?.string ?? "") ?? .failed
        // Callbacks of other programs cannot be sent again.
        let isOurs = attempt["version"]?.integer != nil || attempt["error"]?.string == "disabled"
        let detail = [
            attempt["event"]?.string, "attempt \(attempt["attempt"]?.integer ?? 1)",
            attempt["status"]?.integer.map { "status \($0)" },
            attempt["status"]?.integer == nil ? attempt["error"]?.string : nil,
            attempt["duration_ms"]?.integer.map { DurationFormat.latency(milliseconds: $0) },
        ]
        return [
            "callback": .text(id), "time": .text(time(attempt["finished_at"])),
            "outcome": OutcomeChip.value(outcome),
            "detail": .text(detail.compactMap { $0 }.joined(separator: " · ")),
            "fault": .text(attempt["fault"]?.string ?? ""),
            "head": .text(attempt["answer"]?.string ?? ""),
            "address": .text(attempt["address"]?.string ?? ""),
            "replay": .text(
                isLatest && isOurs && outcome == .failed
                    ? Address.of(.replay, visit.subject) : ""),
        ]
    }

    /// Sends a callback of the company again.
    func replay() throws -> Response {
        let id = visit.fields?["callback_id"] ?? ""
        let shown = try operations.profiles.show(visit.subject)
        guard shown.isSuccess else { return refusal(shown) }
        return try done("replayed", operations.replay(id))
    }
}

/// The outcome of an attempt as a coloured word.
enum OutcomeChip {
    static func value(_ outcome: Outcome) -> TemplateValue {
        [
            "words": .text(outcome.name.prefix(1).uppercased() + outcome.name.dropFirst()),
            "isDelivered": .flag(outcome == .delivered), "isFailed": .flag(outcome == .failed),
            "isRetrying": .flag(outcome == .retrying),
        ]
    }
}
