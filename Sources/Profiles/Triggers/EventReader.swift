import JSON
import Placeholders

/// Parses the callbacks for one event of a call.
struct EventReader {
    private let event: String
    private(set) var reader: ObjectReader

    init(_ member: JSONObject.Member, at path: ProfileFault.Path) {
        event = member.name
        reader = ObjectReader(
            member.value, at: path / member.name, names: ["callback_profile", "url"],
            ignoringCase: true)
    }

    mutating func entries(
        profile: (_ id: String) throws -> ProfileOutline?, refusal: (_ host: String) -> String?
    ) throws -> [VoiceCallback.Entry] {
        let (ids, urls) = (strings("callback_profile"), strings("url"))
        let count = ids.count + urls.count
        if count > VoiceCallback.limit {
            let words = "have more than \(VoiceCallback.limit) callback_profile IDs and URLs"
            reader.report(.mustNot("\(words) in all; it has \(count)", at: reader.path))
            return []
        }
        for (place, id) in ids { try validate(profile(id), id, at: place) }
        for (place, url) in urls { validate(url, at: place, refusal) }
        return Self.targets(ids, urls).map { VoiceCallback.Entry(event: event, target: $0) }
    }

    /// The targets, without checking whether they are allowed.
    var targets: [VoiceCallback.Target] {
        var other = self
        return Self.targets(other.strings("callback_profile"), other.strings("url"))
    }

    private static func targets(
        _ ids: [(place: ProfileFault.Path, text: String)],
        _ urls: [(place: ProfileFault.Path, text: String)]
    ) -> [VoiceCallback.Target] {
        ids.map { .profile(id: $0.text) } + urls.map { .url($0.text) }
    }

    private mutating func strings(
        _ name: String
    ) -> [(place: ProfileFault.Path, text: String)] {
        guard let value = reader.value(name) else { return [] }
        let place = reader.path / name
        guard let items = value.array else {
            reader.report(.type("array", at: place))
            return []
        }
        return items.enumerated().compactMap { index, item in
            if let text = item.string { return (place / index, text.trimmed) }
            reader.report(.type("string", at: place / index))
            return nil
        }
    }

    private mutating func validate(
        _ profile: ProfileOutline?, _ id: String, at place: ProfileFault.Path
    ) {
        guard let profile else {
            return reader.report(
                .must(
                    "be the ID of an existing profile; '\(id.shortened)' does not exist", at: place)
            )
        }
        guard profile.status == .active else {
            return reader.report(.must("be an active profile; '\(id)' is disabled", at: place))
        }
        switch profile.channel {
        case .general: return
        case .voice where profile.events.contains(event): return
        case .voice:
            reader.report(
                .must("be a profile with the event \(event); '\(id)' does not have it", at: place))
        case let other:
            let words =
                "be a profile of the voice or default channel; "
                + "the channel of '\(id)' is \(other.rawValue)"
            reader.report(.must(words, at: place))
        }
    }

    private mutating func validate(
        _ url: String, at place: ProfileFault.Path, _ refusal: (_ host: String) -> String?
    ) {
        if let fault = URLRule.fault(url, at: place) { return reader.report(fault) }
        guard let host = (try? URLTemplate(url))?.host, let reason = refusal(host) else { return }
        reader.report(.mustNot("point to \(host): \(reason)", at: place))
    }
}
