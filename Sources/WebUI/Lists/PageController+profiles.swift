import API
import CivilTime
import HTTPServer
import Profiles
import Rendering
import Templates

/// The list of profiles, with its filters.
extension PageController {
    private static let filters = ["title", "http_method", "created_from", "created_to"]
    private static let pageLength = 25
    /// The fields of the filters, from left to right.
    private static let filterOrder = ["title", "method", "from", "to"]

    func profilesPage() throws -> Response {
        let offset = max(0, Int(visit.parameter("offset")) ?? 0)
        var parameters = Self.filters.map { (name: $0, value: visit.parameter($0)) }
        parameters += [("limit", "\(Self.pageLength)"), ("offset", "\(offset)")]
        let isFiltered = Self.filters.contains { !visit.parameter($0).isEmpty }
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
        filterOrder.compactMap { fields[$0] }
            .filter { !$0.fault.isEmpty }.map { ($0.id, $0.fault) }
    }

    private func page(_ offset: Int) -> String {
        let pairs =
            Self.filters.map { ($0, visit.parameter($0)) }.filter { !$0.1.isEmpty }
            + [("offset", "\(max(0, offset))")]
        return Address.of(.profiles) + Address.query(pairs)
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
            "title": .text(title), "address": .text(Address.of(.profile, id)),
            "channel": .text(channel), "method": .text(method), "url": .text(url),
            "status": StatusChip.value(entry), "created": .text(times.full(createdAt)),
        ]
    }
}
