import Profiles

/// The profiles that the triggers of one request name. Each of them is read once.
///
/// A request of a megabyte can name all profiles of its company, and decrypting a megabyte of
/// settings takes some milliseconds, so their total size has a limit.
struct NamedProfiles {
    /// The limit for a request to the API, in bytes of encrypted settings.
    static let limit = 64 << 20

    private let store: ProfileStore
    private let company: String
    private let limit: Int
    private var left: Int
    private var known: [String: ProfileOutline?] = [:]

    init(_ store: ProfileStore, company: String, limit: Int) {
        (self.store, self.company, self.limit, left) = (store, company, limit, limit)
    }

    /// Returns a profile, or `nil` if the company has none with this ID.
    ///
    /// - Parameters:
    ///   - id: The ID of the profile.
    ///   - index: The index of the trigger in the request, or `nil` for a single trigger.
    /// - Throws: ``ProfileFaults`` of this trigger only, if the profile is damaged or exceeds the
    ///   limit, or `StorageError`.
    mutating func profile(_ id: String, at index: Int?) throws -> ProfileOutline? {
        if let outline = known[id] { return outline }
        let path = (index.map { .body / $0 } ?? ProfileFault.Path.body) / "callback_profile"
        do {
            let outline = try store.outline(id, company: company, limit: left)
            left -= outline?.size ?? 0
            known[id] = .some(outline)
            return outline
        } catch let damage as DamagedProfile {
            throw ProfileFaults(faults: [
                .must("be the ID of an undamaged profile; \(damage)", at: path)
            ])
        } catch is OversizedProfile {
            let words =
                "name another profile: the settings of the profiles in one request would have more "
                + "than \(limit) bytes; send it in a request of its own"
            throw ProfileFaults(faults: [.mustNot(words, at: path)])
        }
    }
}
