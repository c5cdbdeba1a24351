import JSON
import Storage
import TextSupport

/// The event of a trigger, and the targets of its callbacks.
struct TriggerDestination {
    var channel: Channel
    var event: String?
    var targets: [VoiceCallback.Target]
}

extension ObjectReader {
    mutating func callbackID() -> String? {
        // The maximum length in the log, minus the suffix for each of several callbacks.
        let longest = 190
        guard let id = string("callback_id") else { return nil }
        if id.isEmpty { report(.tooShort(1, at: path / "callback_id")) }
        if id.utf8.count > longest { report(.tooLong(longest, at: path / "callback_id")) }
        if id.unicodeScalars.contains("\u{FFFD}") {
            let words =
                "contain U+FFFD, which replaces half of a surrogate pair or another invalid character"
            report(.mustNot(words, at: path / "callback_id"))
        }
        // The ID is a header of the request. Receivers could not distinguish such IDs there.
        if id.hasPrefix(" ") || id.hasSuffix(" ") || id.unicodeScalars.contains(where: \.isControl)
        {
            let words = "contain control characters, or begin or end with a space"
            report(.mustNot(words, at: path / "callback_id"))
        }
        if CallbackPart.number(in: id) != nil {
            let words =
                "end in '~' and a number; this form is reserved for triggers with several targets"
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

    /// Parses the channel, the event and the targets. Returns `nil` if there is a fault.
    mutating func destination(
        profile: (_ id: String) throws -> ProfileOutline?, blockReason: (_ host: String) -> String?
    ) throws -> TriggerDestination? {
        switch (value("callback_profile"), value("callback")) {
        case (_?, nil): return try profileDestination(profile)
        case (nil, let callback?):
            return try callDestination(callback, profile: profile, blockReason: blockReason)
        case (_?, _?):
            report(.mustNot("have both 'callback_profile' and 'callback'", at: path))
        case (nil, nil): require("callback_profile")
        }
        return nil
    }

    // MARK: A profile

    private mutating func profileDestination(
        _ find: (_ id: String) throws -> ProfileOutline?
    ) throws -> TriggerDestination? {
        let place = path / "callback_profile"
        guard let id = string("callback_profile")?.trimmed else { return nil }
        guard let profile = try find(id) else {
            report(
                .must(
                    "be the ID of an existing profile; '\(id.shortened)' does not exist", at: place)
            )
            return nil
        }
        let own = profile.channel
        guard let channel = value("channel") == nil ? own : channel() else { return nil }
        guard own == .general || channel == own else {
            report(.must("be the channel of the profile, \(own.rawValue)", at: path / "channel"))
            return nil
        }
        let event = event(of: channel)
        if let event, own != .general, !profile.events.contains(event) {
            let words = "be an event of the profile, which has "
            report(
                .must(words + profile.events.joined(separator: ", "), at: path / "event"))
        }
        return TriggerDestination(channel: channel, event: event, targets: [.profile(id: id)])
    }

    /// Parses the event. It is optional for a channel that has only one event.
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

    private mutating func callDestination(
        _ callback: JSONValue, profile: (_ id: String) throws -> ProfileOutline?,
        blockReason: (_ host: String) -> String?
    ) throws -> TriggerDestination? {
        if value("channel") != nil, channel() != .voice {
            report(.must("be voice, because 'callback' is for calls", at: path / "channel"))
        }
        let event = event(of: .voice)
        do {
            let call = try VoiceCallback(
                callback, at: path / "callback", profile: profile, blockReason: blockReason)
            let targets = event.map { call.entries(for: $0).map(\.target) } ?? []
            return TriggerDestination(channel: .voice, event: event, targets: targets)
        } catch let error as ProfileFaults {
            for fault in error.faults { report(fault) }
            return nil
        }
    }
}
