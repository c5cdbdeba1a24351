package import JSON
import Placeholders
import Storage

/// The contents of a trigger, parsed without checking whether they are allowed.
///
/// They are compared with the callbacks of the first request when a trigger is repeated. By then
/// its profile may have been deleted.
package struct TriggerContents: Hashable, Sendable {
    /// The channel, or `nil` if the profile determines it.
    let channel: Channel?
    /// The event, or `nil` if the trigger does not specify one.
    let event: String?
    package let variables: JSONObject
    package let targets: [VoiceCallback.Target]

    /// Parses a request. Returns `nil` if it cannot be a trigger; validation reports the reason.
    package init?(_ request: JSONValue) {
        var reader = ObjectReader(request, at: .body, names: Trigger.names)
        let own = reader.value("channel") == nil ? nil : reader.channel()
        event = reader.string("event")
        variables = reader.variables()
        switch (reader.string("callback_profile"), reader.value("callback")) {
        case (let id?, nil): (channel, targets) = (own, [.profile(id: id.trimmed)])
        case (nil, let callback?):
            (channel, targets) = (.voice, Self.targets(callback, of: event?.trimmed ?? ""))
        default: return nil
        }
        guard reader.faults.isEmpty else { return nil }
    }

    /// Returns the targets for one event of a call.
    private static func targets(
        _ callback: JSONValue, of event: String
    ) -> [VoiceCallback.Target] {
        let events = ObjectReader(
            callback, at: .body, names: Channel.voice.events, ignoringCase: true)
        guard let member = events.all.first(where: { $0.name.matches(event) }) else { return [] }
        return EventReader(member, at: .body).targets
    }

    /// Returns whether a callback with this channel and event is one that the trigger creates.
    ///
    /// - Parameters:
    ///   - channel: The channel of the callback.
    ///   - event: The event of the callback.
    ///   - own: The channel of its profile, or `nil` if the profile was deleted.
    package func names(_ channel: Channel, event: String?, own: Channel?) -> Bool {
        guard self.channel ?? own ?? channel == channel else { return false }
        guard channel != .general else { return self.event == event }
        // The event is optional for a channel that has only one.
        guard let own = self.event else { return channel.events.count == 1 }
        return event?.matches(own.trimmed) ?? false
    }
}

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
        profile: (_ id: String) throws -> ProfileOutline?, blockReason: (_ host: String) -> String?
    ) throws -> [VoiceCallback.Entry] {
        let (ids, urls) = (strings("callback_profile"), strings("url"))
        let count = ids.count + urls.count
        if count > VoiceCallback.limit {
            let words = "have more than \(VoiceCallback.limit) callback_profile IDs and URLs"
            reader.report(.mustNot("\(words) in all; it has \(count)", at: reader.path))
            return []
        }
        for (place, id) in ids { try validate(profile(id), id, at: place) }
        for (place, url) in urls { validate(url, at: place, blockReason) }
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
        _ url: String, at place: ProfileFault.Path, _ blockReason: (_ host: String) -> String?
    ) {
        if let fault = URLRule.fault(url, at: place) { return reader.report(fault) }
        guard let host = (try? URLTemplate(url))?.host, let reason = blockReason(host) else {
            return
        }
        reader.report(.mustNot("point to \(host): \(reason)", at: place))
    }
}

/// A request to report an event with one or more callbacks.
package struct Trigger: Hashable, Sendable {
    package let channel: Channel
    package let event: String?
    package let variables: JSONObject
    /// The targets, with one callback each. Empty if nothing is registered for this event of a
    /// call.
    package let targets: [VoiceCallback.Target]
    /// The ID that the request chose, or `nil` to generate one.
    package let callbackID: String?

    /// Parses and validates triggers.
    ///
    /// - Parameters:
    ///   - requests: The values, each with its index in an array, or `nil` for a single trigger.
    ///   - profile: Returns the company's profile with an ID, or `nil` if it has none.
    ///   - blockReason: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: ``ProfileFaults`` with the faults of all triggers, or any error of `profile`.
    package static func triggers(
        in requests: [(place: Int?, value: JSONValue)],
        profile: (_ id: String) throws -> ProfileOutline?, blockReason: (_ host: String) -> String?
    ) throws -> [Trigger] {
        var (triggers, faults): ([Trigger], [ProfileFault]) = ([], [])
        for (place, value) in requests {
            let path = place.map { .body / $0 } ?? ProfileFault.Path.body
            do {
                triggers.append(
                    try Trigger(value, at: path, profile: profile, blockReason: blockReason))
            } catch let error as ProfileFaults {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
        return triggers
    }

    static let names = [
        "channel", "event", "variables", "callback_profile", "callback", "callback_id",
    ]

    private init(
        _ value: JSONValue, at path: ProfileFault.Path,
        profile: (_ id: String) throws -> ProfileOutline?, blockReason: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(value, at: path, names: Self.names)
        let id = reader.callbackID()
        let variables = reader.variables()
        let destination = try reader.destination(profile: profile, blockReason: blockReason)
        guard reader.faults.isEmpty, let destination else {
            throw ProfileFaults(faults: reader.faults)
        }
        (channel, event, targets) = (destination.channel, destination.event, destination.targets)
        (self.variables, callbackID) = (variables, id)
    }
}

/// The parameter `callback` of a voice call: the targets for each of its events.
package struct VoiceCallback: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case profile(id: String)
        /// A GET request without a profile. Its placeholders are not filled yet.
        case url(String)
    }

    /// One callback that an event of the call creates.
    package struct Entry: Hashable, Sendable {
        package let event: String
        package let target: Target
    }

    /// The entries in the order of the request. For each event, profiles precede URLs.
    package let entries: [Entry]

    /// The maximum number of IDs and URLs per event.
    package static let limit = CallbackPart.limit

    /// Parses an object of events, or a string that contains one, as in forms.
    ///
    /// - Parameters:
    ///   - value: The value of the parameter.
    ///   - profile: Returns the company's profile with an ID, or `nil` if it has none.
    ///   - blockReason: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: ``ProfileFaults`` with all faults, or any error of `profile`.
    package init(
        _ value: JSONValue, profile: (_ id: String) throws -> ProfileOutline?,
        blockReason: (_ host: String) -> String?
    ) throws {
        try self.init(value, at: .body / "callback", profile: profile, blockReason: blockReason)
    }

    /// - Parameter path: The path of the value in the request.
    init(
        _ value: JSONValue, at path: ProfileFault.Path,
        profile: (_ id: String) throws -> ProfileOutline?, blockReason: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(
            value, at: path, names: Channel.voice.events, ignoringCase: true)
        reader.rejectMixture()
        var entries: [Entry] = []
        for member in reader.all {
            var event = EventReader(member, at: reader.path)
            entries += try event.entries(profile: profile, blockReason: blockReason)
            reader.absorb(event.reader)
        }
        guard reader.faults.isEmpty else { throw ProfileFaults(faults: reader.faults) }
        self.entries = entries
    }

    /// Returns the entries of one event.
    package func entries(for event: String) -> [Entry] {
        entries.filter { $0.event == event }
    }
}

extension ObjectReader {
    /// A call is either outbound or click-to-call. Only `call_end` belongs to both.
    fileprivate mutating func rejectMixture() {
        let names = all.map(\.name).filter { $0 != "call_end" }
        let legs = names.filter { $0.hasPrefix("from_") || $0.hasPrefix("to_") }
        let outbound = names.filter { !legs.contains($0) }
        guard let leg = legs.first, let event = outbound.first else { return }
        report(
            .mustNot(
                "mix events of outbound calls ('\(event)') and click-to-call calls ('\(leg)')",
                at: path))
    }
}
