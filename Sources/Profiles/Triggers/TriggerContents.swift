package import JSON

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
