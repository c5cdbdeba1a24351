import JSON

/// What a trigger is about, and where its callbacks go.
struct TriggerAim {
    var channel: Channel
    var event: String?
    var targets: [VoiceCallback.Target]
}

extension ObjectReader {
    mutating func callbackID() -> String? {
        // As many bytes as the log takes, less a number for each of several callbacks.
        let longest = 190
        guard let id = string("callback_id") else { return nil }
        if id.isEmpty { report(.tooShort(1, at: path / "callback_id")) }
        if id.utf8.count > longest { report(.tooLong(longest, at: path / "callback_id")) }
        if CallbackPart.number(in: id) != nil {
            let words = "end in '~' and a number, like the ids of the callbacks of one trigger"
            report(.mustNot(words, at: path / "callback_id"))
        }
        return id
    }

    mutating func variables() -> JSONObject {
        guard let value = value("variables") else { return [:] }
        if let object = value.object ?? value.objectInText { return object }
        report(.type("object", at: path / "variables"))
        return [:]
    }

    /// Nil where there is a fault.
    mutating func aim(
        profile: (_ id: String) throws -> Profile?, refusal: (_ host: String) -> String?
    ) throws -> TriggerAim? {
        switch (value("callback_profile"), value("callback")) {
        case (_?, nil): return try aimAtProfile(profile)
        case (nil, let callback?):
            return try aimAtCall(callback, profile: profile, refusal: refusal)
        case (_?, _?):
            report(.mustNot("have both 'callback_profile' and 'callback'", at: path))
        case (nil, nil): require("callback_profile")
        }
        return nil
    }

    // MARK: A profile

    private mutating func aimAtProfile(
        _ find: (_ id: String) throws -> Profile?
    ) throws -> TriggerAim? {
        let place = path / "callback_profile"
        guard let id = string("callback_profile")?.trimmed else { return nil }
        guard let profile = try find(id) else {
            report(.must("be the id of a profile; there is none '\(id.shortened)'", at: place))
            return nil
        }
        let own = profile.settings.channel
        guard let channel = value("channel") == nil ? own : channel() else { return nil }
        guard own == .general || channel == own else {
            report(.must("be the channel of the profile, \(own.rawValue)", at: path / "channel"))
            return nil
        }
        let event = event(of: channel)
        if let event, own != .general, !profile.settings.events.contains(event) {
            let words = "be an event of the profile, which has "
            report(
                .must(words + profile.settings.events.joined(separator: ", "), at: path / "event"))
        }
        return TriggerAim(channel: channel, event: event, targets: [.profile(id: id)])
    }

    /// The event that happened; a channel that has only one need not be told.
    private mutating func event(of channel: Channel) -> String? {
        guard channel != .general else { return string("event") }
        if channel.events.count == 1, value("event") == nil { return channel.events.first }
        require("event")
        guard let text = string("event")?.trimmed else { return nil }
        if let event = channel.events.first(where: { $0.matches(text) }) { return event }
        report(.notAllowed(channel.events, at: path / "event"))
        return nil
    }

    // MARK: A call

    private mutating func aimAtCall(
        _ callback: JSONValue, profile: (_ id: String) throws -> Profile?,
        refusal: (_ host: String) -> String?
    ) throws -> TriggerAim? {
        if value("channel") != nil, channel() != .voice {
            report(.must("be voice, for 'callback' is about calls", at: path / "channel"))
        }
        let event = event(of: .voice)
        do {
            let call = try VoiceCallback(
                callback, at: path / "callback", profile: profile, refusal: refusal)
            let targets = event.map { call.entries(for: $0).map(\.target) } ?? []
            return TriggerAim(channel: .voice, event: event, targets: targets)
        } catch let error as ProfileFaults {
            for fault in error.faults { report(fault) }
            return nil
        }
    }
}
