import API
import CallbackDispatch
import CivilTime
import DeliveryLog
import HTTPServer
import Profiles
import Rendering
import Storage
import Templates

/// The page of one profile, with its settings and recent callbacks.
extension PageController {
    func profilePage() throws -> Response {
        let entry = try operations.profiles.show(pageRequest.subject)
        let attempts = try operations.deliveries.list(
            [(name: "callback_profile", value: pageRequest.subject), (name: "limit", value: "10")]
        ) { _ in 0 }.items
        let values: [String: TemplateValue] = [
            "profile": .object(settingsValues(entry)), "notices": notices,
            "chart": try DeliveryChart(self).value, "attempts": attemptRows(attempts),
            "hasAttempts": .flag(!attempts.isEmpty),
        ]
        return document("profile", entry.title, values)
    }

    private func settingsValues(_ entry: ProfileEntry) -> [String: TemplateValue] {
        let id = pageRequest.subject
        let isActive = entry.status == .active
        let values: [String: TemplateValue] = [
            "title": .text(entry.title), "id": .text(id), "status": StatusChip.value(entry),
            "edit": .text(PageURL.of(.edit, id)), "test": .text(PageURL.of(.test, id)),
            "delete": .text(PageURL.of(.delete, id)),
            "enable": .text(isActive ? "" : PageURL.of(.enable, id)),
            "disable": .text(isActive ? PageURL.of(.disable, id) : ""),
            "isFailing": .flag(entry.status == .autoDisabled),
        ]
        let more: [String: TemplateValue]
        switch entry {
        case .readable(let profile): more = self.values(of: profile)
        case .damaged(let damage): more = self.values(of: damage)
        }
        return values.merging(more) { $1 }
    }

    private func values(of profile: Profile) -> [String: TemplateValue] {
        [
            "channel": .text(ChannelLabels.title(profile.settings.channel)), "damage": "",
            "warnings": .list(profile.settings.warnings.map { .text($0) }),
            "lines": .list(SettingsLines.lines(of: profile.settings)),
            "created": .text(times.full(profile.createdAt)),
            "changed": .text(profile.modifiedAt.map { times.full($0) } ?? ""),
            "version": .text("\(profile.current.number)"),
        ]
    }

    private func values(of damage: DamagedProfile) -> [String: TemplateValue] {
        [
            "channel": "", "damage": .text(damage.description), "warnings": .list([]),
            "lines": .list([]), "created": .text(times.full(damage.createdAt)), "changed": "",
            "version": .text("\(damage.version)"),
        ]
    }

    // MARK: Attempts

    /// Returns the rows, newest first. A failed callback can be sent again from its latest attempt.
    private func attemptRows(_ deliveries: [Delivery]) -> TemplateValue {
        var seen: Set<String> = []
        return .list(
            deliveries.map { delivery in
                let isLatest = seen.insert(delivery.attempt.callbackID).inserted
                return attemptRow(delivery, isLatest: isLatest)
            })
    }

    private func attemptRow(_ delivery: Delivery, isLatest: Bool) -> TemplateValue {
        let (attempt, exchange) = (delivery.attempt, delivery.exchange)
        // Callbacks of other programs cannot be sent again.
        let isOurs = exchange?.version != nil || attempt.reason == .disabled
        let isReplayable = isLatest && isOurs && attempt.outcome == .failed
        return [
            "callback": .text(attempt.callbackID), "time": .text(times.full(attempt.finishedAt)),
            "outcome": OutcomeChip.value(attempt.outcome), "detail": .text(Self.detail(attempt)),
            "fault": .text(exchange?.fault ?? ""),
            "head": .text(exchange.map { String(decoding: $0.head, as: UTF8.self) } ?? ""),
            "address": .text(exchange?.address ?? ""),
            "replay": .text(isReplayable ? PageURL.of(.replay, pageRequest.subject) : ""),
        ]
    }

    private static func detail(_ attempt: Attempt) -> String {
        let words = [
            attempt.event, "attempt \(attempt.number)", attempt.status.map { "status \($0)" },
            attempt.status == nil ? attempt.reason?.name : nil,
            attempt.durationMilliseconds.map { DurationFormat.latency(milliseconds: $0) },
        ]
        return words.compactMap(\.self).joined(separator: " · ")
    }

    /// Sends a callback of the company again.
    func replay() throws -> Response {
        _ = try operations.profiles.show(pageRequest.subject)
        try operations.replay(pageRequest.fields?[.callbackID] ?? "")
        return done("replayed")
    }
}

extension ProfileEntry {
    var title: String {
        switch self {
        case .readable(let profile): profile.settings.title
        case .damaged(let damage): damage.title
        }
    }

    var status: Profile.Status? {
        switch self {
        case .readable(let profile): profile.status
        case .damaged(let damage): Profile.Status(rawValue: damage.status)
        }
    }
}

/// The outcome of an attempt as a colored word.
enum OutcomeChip {
    static func value(_ outcome: Outcome) -> TemplateValue {
        [
            "words": .text(outcome.name.prefix(1).uppercased() + outcome.name.dropFirst()),
            "isDelivered": .flag(outcome == .delivered), "isFailed": .flag(outcome == .failed),
            "isRetrying": .flag(outcome == .retrying),
        ]
    }
}

/// Deletes a profile after a confirmation.
extension PageController {
    func delete() throws -> Response {
        guard pageRequest.fields != nil else { return try deletePage() }
        try operations.profiles.delete(pageRequest.subject)
        return .seeOther(PageURL.of(.profiles) + "?done=deleted")
    }

    private func deletePage() throws -> Response {
        let title = try operations.profiles.show(pageRequest.subject).title
        return document(
            "delete", "Delete \(title)?",
            [
                "name": .text(title), "action": .text(PageURL.of(.delete, pageRequest.subject)),
                "back": .text(PageURL.of(.profile, pageRequest.subject)),
            ])
    }
}

/// The list of profiles, with its filters.
extension PageController {
    private static let filters = ["title", "http_method", "created_from", "created_to"]
    private static let pageLength = 25
    /// The fields of the filters, from left to right.
    private static let filterOrder = ["title", "method", "from", "to"]

    func profilesPage() throws -> Response {
        let offset = max(0, Int(pageRequest.parameter("offset")) ?? 0)
        var parameters = Self.filters.map { (name: $0, value: pageRequest.parameter($0)) }
        parameters += [("limit", "\(Self.pageLength)"), ("offset", "\(offset)")]
        let isFiltered = Self.filters.contains { !pageRequest.parameter($0).isEmpty }
        var (list, faults): (ListSlice<ProfileEntry>?, [ProfileFault]) = (nil, [])
        do {
            list = try operations.profiles.list(parameters, size: \.encodedSize)
        } catch let error as ProfileFaults {
            faults = error.listed
        }
        let fields = filterFields(faults)
        let total = list?.total ?? 0
        let values: [String: TemplateValue] = [
            "filters": .object(fields.mapValues(\.value)), "isFiltered": .flag(isFiltered),
            "faults": FaultSummary(lines: Self.order(fields)).value, "notices": notices,
            "count": .text(NumberFormat.count(total, "profile", "profiles")),
            "profiles": .list(list?.items.map(row) ?? []),
            "isEmpty": .flag(total == 0 && list != nil),
            "previous": .text(offset > 0 ? page(offset - Self.pageLength) : ""),
            "next": .text(list?.nextOffset.map(page) ?? ""),
        ]
        let title = list == nil ? "Error: Profiles" : "Profiles"
        return document("profiles", title, values, status: list == nil ? 400 : 200)
    }

    private func filterFields(_ faults: [ProfileFault]) -> [String: FormField] {
        func field(_ name: String, _ label: String) -> FormField {
            let fault = faults.first { $0.path.description == "params/\(name)" }
            var field = FormField(
                name.replacing("_", with: "-"), label, name: name,
                fault: fault.map { FormFaults.sentence(label, $0) } ?? "")
            field.text = pageRequest.parameter(name)
            return field
        }
        var title = field("title", "Title contains")
        title.type = "search"
        var method = field("http_method", "Method")
        method.choices = [("", "Any")] + HTTPMethod.allCases.map { ($0.rawValue, $0.rawValue) }
        var (from, to) = (field("created_from", "Created from"), field("created_to", "Created to"))
        (from.type, to.type) = ("date", "date")
        return ["title": title, "method": method, "from": from, "to": to]
    }

    private static func order(_ fields: [String: FormField]) -> [(field: String, words: String)] {
        filterOrder.compactMap { fields[$0] }
            .filter { !$0.fault.isEmpty }.map { ($0.id, $0.fault) }
    }

    private func page(_ offset: Int) -> String {
        let pairs =
            Self.filters.map { ($0, pageRequest.parameter($0)) }.filter { !$0.1.isEmpty }
            + [("offset", "\(max(0, offset))")]
        return PageURL.of(.profiles) + PageURL.query(pairs)
    }

    private func row(_ entry: ProfileEntry) -> TemplateValue {
        switch entry {
        case .readable(let profile):
            let settings = profile.settings
            return row(
                entry, profile.id, settings.title, settings.method.rawValue, profile.createdAt,
                channel: ChannelLabels.title(settings.channel), url: settings.url)
        case .damaged(let damage):
            return row(entry, damage.id, damage.title, damage.method, damage.createdAt)
        }
    }

    private func row(
        _ entry: ProfileEntry, _ id: String, _ title: String, _ method: String,
        _ createdAt: Instant, channel: String = "", url: String = ""
    ) -> TemplateValue {
        [
            "title": .text(title), "address": .text(PageURL.of(.profile, id)),
            "channel": .text(channel), "method": .text(method), "url": .text(url),
            "status": StatusChip.value(entry), "created": .text(times.full(createdAt)),
        ]
    }
}
