import JSON
import TextSupport

/// Reads the members of an object in a request one by one, and collects faults.
struct ObjectReader {
    let path: ProfileFault.Path
    private let members: JSONObject
    private(set) var faults: [ProfileFault] = []
    /// Whether the value is an object. Otherwise missing members are not reported.
    private let isObject: Bool

    /// Reads an object. Null members are treated as absent.
    ///
    /// - Parameters:
    ///   - value: The object, or a string that contains one.
    ///   - path: Its path in the request.
    ///   - names: The allowed names, or `nil` to allow all.
    ///   - ignoringCase: Whether names such as `params` and `Params` are the same.
    init(
        _ value: JSONValue, at path: ProfileFault.Path, names: [String]?,
        ignoringCase: Bool = false
    ) {
        self.path = path
        guard let object = value.object ?? value.objectInText else {
            (members, isObject) = ([:], false)
            faults = [.type("object", at: path)]
            return
        }
        isObject = true
        guard let names else {
            members = object
            return
        }
        var members: JSONObject = [:]
        for member in object.members {
            let name = ignoringCase ? names.first { $0.matches(member.name) } : member.name
            guard let name, names.contains(name) else {
                let nearest = Self.hint(for: member.name, among: names, after: faults.count)
                faults.append(.unknown(member.name.shortened, nearest: nearest, at: path))
                continue
            }
            if members[name] != nil { faults.append(.mustNot("have '\(name)' twice", at: path)) }
            members[name] = member.value
        }
        self.members = members
    }

    /// Returns the name that was probably meant. Only for the first faults, because the search is
    /// slow.
    func hint(for name: String, among names: @autoclosure () -> [String]) -> String? {
        Self.hint(for: name, among: names(), after: faults.count)
    }

    private static func hint(
        for name: String, among names: @autoclosure () -> [String], after faults: Int
    ) -> String? {
        faults < 10 && name.utf8.count <= 50 ? nearestSpelling(of: name, in: names()) : nil
    }

    /// The members that are not null, in order.
    var all: [JSONObject.Member] { members.members.filter { $0.value != .null } }

    /// Returns the value of a member, or `nil` if it is absent or null.
    func value(_ name: String) -> JSONValue? {
        members[name].flatMap { $0 == .null ? nil : $0 }
    }

    /// Returns a group of settings, or `nil` if it is absent or empty. Published responses contain
    /// empty groups.
    func group(_ name: String) -> JSONValue? {
        value(name).flatMap { group in
            group == "" || (group.object ?? group.objectInText)?.members.isEmpty == true
                ? nil : group
        }
    }

    /// Returns whether the member is present, even if it is null.
    func names(_ name: String) -> Bool { members[name] != nil }

    mutating func report(_ fault: ProfileFault) {
        faults.append(fault)
    }

    mutating func absorb(_ other: ObjectReader) {
        faults += other.faults
    }

    mutating func require(_ name: String) {
        if isObject, value(name) == nil { report(.missing(name, at: path)) }
    }

    mutating func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if let string = value.string { return string }
        report(.type("string", at: path / name))
        return nil
    }

    /// Parses one of several words, case-insensitively.
    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ name: String, of type: Word.Type
    ) -> Word? {
        guard let text = string(name) else { return nil }
        if let word = Word.allCases.first(where: { $0.rawValue.matches(text) }) { return word }
        report(.notAllowed(Word.allCases.map(\.rawValue), at: path / name))
        return nil
    }
}

extension JSONValue {
    /// The object in a string of JSON. Responses return headers in this form.
    var objectInText: JSONObject? {
        guard let text = string else { return nil }
        return (try? JSONValue(parsing: text))?.object
    }

    /// Why a string that starts like an object is not valid JSON, or `nil` for other values.
    var faultInText: String? {
        guard let text = string, text.trimmed.hasPrefix("{") else { return nil }
        do throws(JSONSyntaxError) {
            _ = try JSONValue(parsing: text)
            return nil
        } catch {
            return error.description
        }
    }
}

extension String {
    /// Returns whether the strings are equal, ignoring case.
    func matches(_ other: String) -> Bool { lowercased() == other.lowercased() }
}

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
