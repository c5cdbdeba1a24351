import JSON

extension ObjectReader {
    /// Parses the channel and its events. Without a list of events, all events of the channel apply.
    mutating func channelAndEvents() -> (Channel?, [String]) {
        guard let channel = channel() else { return (nil, []) }
        guard let value = value("events") else {
            // The published interface allows null for every channel except SMS.
            if names("events"), channel == .sms {
                report(.type("array; the event of channel sms is SMS-sent", at: path / "events"))
            }
            return (channel, channel.events)
        }
        let items = value.array ?? (value.arrayInText ?? (value.string != nil ? [value] : nil))
        guard let items else {
            report(.type("array", at: path / "events"))
            return (channel, [])
        }
        // Published responses contain an empty string without an event.
        let events = items.enumerated().filter { $0.element != "" }
            .compactMap { event($0.element, at: path / "events" / $0.offset, of: channel) }
        return (channel, events.isEmpty ? channel.events : channel.events.filter(events.contains))
    }

    /// Parses the channel. The published interface has its own names for `default`, one of them
    /// misspelled.
    mutating func channel() -> Channel? {
        guard let text = string("channel")?.trimmed else {
            return value("channel") == nil ? .general : nil
        }
        if let channel = Channel.allCases.first(where: { $0.rawValue.matches(text) }) {
            return channel
        }
        let isDefault =
            text.isEmpty
            || text.utf8.count <= 100
                && text.wholeMatch(
                    of: #/(default|defatul)\s*[-–—]+\s*no channel selected/#.ignoresCase()) != nil
        if isDefault { return .general }
        report(.notAllowed(Channel.allCases.map(\.rawValue), at: path / "channel"))
        return nil
    }

    private mutating func event(
        _ value: JSONValue, at place: ProfileFault.Path, of channel: Channel
    ) -> String? {
        guard let text = value.string else {
            report(.type("string", at: place))
            return nil
        }
        if let event = channel.events.first(where: { $0.matches(text) }) { return event }
        guard channel != .general else {
            report(.mustNot("be present for channel default, which has no events", at: place))
            return nil
        }
        report(.notAllowed(channel.events, at: place))
        return nil
    }
}

extension JSONValue {
    /// The array in a string of JSON. Responses return events in this form.
    fileprivate var arrayInText: [JSONValue]? {
        guard let text = string, text.hasPrefix("[") else { return nil }
        return (try? JSONValue(parsing: text))?.array
    }
}
