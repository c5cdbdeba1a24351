import HTTPServer
import JSON
import Profiles
import Rendering
import Templates

/// The list of profiles, with its filters.
extension PageController {
    private static let filters = ["title", "http_method", "created_from", "created_to"]
    private static let pageLength = 25

    func profilesPage() throws -> Response {
        let offset = max(0, Int(visit.parameter("offset")) ?? 0)
        var parameters = Self.filters.map { (name: $0, value: visit.parameter($0)) }
        parameters += [("limit", "\(Self.pageLength)"), ("offset", "\(offset)")]
        let list = try operations.profiles.list(parameters)
        let profiles = list.data.object?["profiles"]?.array ?? []
        let total = list.data.object?["total"]?.integer ?? 0
        let next = list.data.object?["next_offset"]?.integer
        let isFiltered = Self.filters.contains { !visit.parameter($0).isEmpty }
        let fields = filterFields(list.faults)
        let values: [String: TemplateValue] = [
            "filters": .object(fields.mapValues(\.value)), "isFiltered": .flag(isFiltered),
            "faults": FaultSummary(lines: Self.order(fields)).value, "notices": notices,
            "count": .text(NumberFormat.count(total, "profile", "profiles")),
            "profiles": .list(profiles.compactMap { $0.object.map(row) }),
            "isEmpty": .flag(total == 0 && list.isSuccess),
            "previous": .text(offset > 0 ? page(offset - Self.pageLength) : ""),
            "next": .text(next.map(page) ?? ""),
        ]
        let title = list.isSuccess ? "Profiles" : "Error: Profiles"
        return document("profiles", title, values, status: list.status)
    }

    private func filterFields(_ faults: [ProfileFault]) -> [String: FormField] {
        func field(_ name: String, _ label: String) -> FormField {
            let fault = faults.first { $0.path.description == "params/\(name)" }
            var field = FormField(
                name.replacing("_", with: "-"), label, name: name,
                fault: fault.map { FormFaults.sentence(label, $0) } ?? "")
            field.text = visit.parameter(name)
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
        ["title", "method", "from", "to"].compactMap { fields[$0] }
            .filter { !$0.fault.isEmpty }.map { ($0.id, $0.fault) }
    }

    private func page(_ offset: Int) -> String {
        let pairs =
            Self.filters.map { ($0, visit.parameter($0)) }.filter { !$0.1.isEmpty }
            + [("offset", "\(max(0, offset))")]
        return Address.of(.profiles) + Address.query(pairs)
    }

    private func row(_ profile: JSONObject) -> TemplateValue {
        let id = profile["profile_id"]?.string ?? ""
        return [
            "title": .text(profile["title"]?.string ?? ""),
            "address": .text(Address.of(.profile, id)),
            "channel": .text(ChannelLabels.title(profile["channel"]?.string)),
            "method": .text(profile["http_method"]?.string ?? ""),
            "url": .text(profile["url"]?.string ?? ""), "status": StatusChip.value(profile),
            "created": .text(time(profile["created_at"])),
        ]
    }
}
