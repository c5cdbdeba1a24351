package import JSON
import Storage

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
    ///   - refusal: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: ``ProfileFaults`` with all faults, or any error of `profile`.
    package init(
        _ value: JSONValue, profile: (_ id: String) throws -> ProfileOutline?,
        refusal: (_ host: String) -> String?
    ) throws {
        try self.init(value, at: .body / "callback", profile: profile, refusal: refusal)
    }

    /// - Parameter path: The path of the value in the request.
    init(
        _ value: JSONValue, at path: ProfileFault.Path,
        profile: (_ id: String) throws -> ProfileOutline?, refusal: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(
            value, at: path, names: Channel.voice.events, ignoringCase: true)
        reader.rejectMixture()
        var entries: [Entry] = []
        for member in reader.all {
            var event = EventReader(member, at: reader.path)
            entries += try event.entries(profile: profile, refusal: refusal)
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
