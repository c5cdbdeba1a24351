package import JSON

/// What a trigger asks for, read without judging whether it may.
///
/// A repeated trigger is compared by it with the callbacks that the first one made: by then its
/// profile may be gone.
package struct TriggerContents: Hashable, Sendable {
    /// Nil when the trigger leaves it to its profile.
    let channel: Channel?
    /// Nil when the trigger names none.
    let event: String?
    package let variables: JSONObject
    package let targets: [VoiceCallback.Target]

    /// Nil for a request that no trigger can be; validation says what is wrong with it.
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

    /// What is called for one event of a call.
    private static func targets(
        _ callback: JSONValue, of event: String
    ) -> [VoiceCallback.Target] {
        let events = ObjectReader(
            callback, at: .body, names: Channel.voice.events, ignoringCase: true)
        guard let member = events.all.first(where: { $0.name.matches(event) }) else { return [] }
        return EventReader(member, at: .body).targets
    }

    /// Whether a callback with this channel and event is one that the trigger asks for.
    ///
    /// - Parameter own: the channel of its profile, where that is still there.
    package func names(_ channel: Channel, event: String?, own: Channel?) -> Bool {
        guard self.channel ?? own ?? channel == channel else { return false }
        guard channel != .general else { return self.event == event }
        // The event of a channel that has only one need not be named.
        guard let own = self.event else { return channel.events.count == 1 }
        return event?.matches(own.trimmed) ?? false
    }
}
