import Encryption
import JSON
import Storage

/// What a trigger needs to know about a profile.
///
/// Its settings are not parsed, which can take a second for a megabyte of them.
package struct ProfileOutline: Hashable, Sendable {
    package let id: String
    package let status: Profile.Status
    package let channel: Channel
    /// The events of the channel that the profile has.
    package let events: [String]
    /// The size of the encrypted settings in bytes.
    package let size: Int
}

/// A cache of the outlines of current versions.
struct ProfileOutlines {
    struct Outline {
        let version: Int
        let channel: Channel
        let events: [String]
        let size: Int
    }

    private static let limit = 4000
    private var outlines: [String: Outline] = [:]

    func outline(_ version: Int, of id: String) -> Outline? {
        outlines[id].flatMap { $0.version == version ? $0 : nil }
    }

    mutating func keep(_ outline: Outline, of id: String) {
        if outlines.count >= Self.limit { outlines.removeAll() }
        outlines[id] = outline
    }
}

/// The settings of a profile have more bytes than its caller has room for.
package struct OversizedProfile: Error {}

extension ProfileStore {
    /// Returns the outline of a profile, or `nil` if the company has none with this ID.
    ///
    /// - Parameters:
    ///   - id: The ID of the profile.
    ///   - company: The company that owns the profile.
    ///   - limit: The maximum size of the settings in bytes.
    /// - Throws: ``DamagedProfile`` if it cannot be read, ``OversizedProfile``, or `StorageError`.
    package func outline(
        _ id: String, company: String, limit: Int = .max
    ) throws -> ProfileOutline? {
        guard let numbers = try numbers(of: id, company: company) else { return nil }
        let known = numbers.readableStatus == nil ? nil : outlines.outline(numbers.version, of: id)
        let size = try known?.size ?? sealed.settingsSize(of: id, company: company) ?? 0
        guard size <= limit else { throw OversizedProfile() }
        if let known, let status = numbers.readableStatus {
            return ProfileOutline(
                id: id, status: status, channel: known.channel, events: known.events, size: size)
        }
        return try readOutline(id, company: company)
    }

    private func readOutline(_ id: String, company: String) throws -> ProfileOutline? {
        guard let row = try sealed.profile(id, company: company) else { return nil }
        guard let status = row.numbers.readableStatus, let outline = outline(row) else {
            throw DamagedProfile(row)
        }
        // What an open transaction has written may still be rolled back.
        if !sealed.isInTransaction { outlines.keep(outline, of: id) }
        return ProfileOutline(
            id: id, status: status, channel: outline.channel, events: outline.events,
            size: outline.size)
    }

    private func outline(_ row: SealedProfile) -> ProfileOutlines.Outline? {
        let number = row.numbers.version
        guard row.since != nil,
            let text = try? box.open(row.settings, place: Self.place(number, of: row.id)),
            let members = JSONObject(only: ["channel", "events"], of: text)
        else { return nil }
        var reader = ObjectReader(.object(members), at: .body, names: nil)
        guard case (let channel?, let events) = reader.channelAndEvents(), reader.faults.isEmpty
        else { return nil }
        return .init(version: number, channel: channel, events: events, size: row.settings.count)
    }
}
