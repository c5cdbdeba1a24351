package import JSON

/// The parameter `callback` of a voice call: what is called for each of its events.
package struct VoiceCallback: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case profile(id: String)
        /// A GET without a profile, its placeholders still to be filled.
        case url(String)
    }

    /// One callback that an event of the call will make.
    package struct Entry: Hashable, Sendable {
        package let event: String
        package let target: Target
    }

    /// In the order of the request, for each event its profiles before its URLs.
    package let entries: [Entry]

    /// How many ids and URLs one event may have.
    package static let limit = 10

    /// Reads an object of events, or a string that holds one, as forms carry it.
    ///
    /// - Parameters:
    ///   - profile: the company's profile with an id; nil when it has none.
    ///   - refusal: why no callback may go to a host; nil when it may.
    /// - Throws: ``ProfileFaults`` with every fault, or what `profile` throws.
    package init(
        _ value: JSONValue, profile: (_ id: String) throws -> Profile?,
        refusal: (_ host: String) -> String?
    ) throws {
        try self.init(value, at: .body / "callback", profile: profile, refusal: refusal)
    }

    /// - Parameter path: where it stands in the request.
    init(
        _ value: JSONValue, at path: ProfileFault.Path,
        profile: (_ id: String) throws -> Profile?, refusal: (_ host: String) -> String?
    ) throws {
        var reader = ObjectReader(
            value, at: path, names: Channel.voice.events, ignoringCase: true)
        reader.refuseMixture()
        var entries: [Entry] = []
        for member in reader.all {
            var event = EventReader(member, at: reader.path)
            entries += try event.entries(profile: profile, refusal: refusal)
            reader.absorb(event.reader)
        }
        guard reader.faults.isEmpty else { throw ProfileFaults(faults: reader.faults) }
        self.entries = entries
    }

    /// The entries of one event, as which it happened.
    package func entries(for event: String) -> [Entry] {
        entries.filter { $0.event == event }
    }
}

extension ObjectReader {
    /// A call is outbound or click-to-call; only its end is the same for both.
    fileprivate mutating func refuseMixture() {
        let names = all.map(\.name).filter { $0 != "call_end" }
        let legs = names.filter { $0.hasPrefix("from_") || $0.hasPrefix("to_") }
        let outbound = names.filter { !legs.contains($0) }
        guard let leg = legs.first, let event = outbound.first else { return }
        report(
            .mustNot(
                "mix events of outbound calls ('\(event)') and of click to call ('\(leg)')",
                at: path))
    }
}
