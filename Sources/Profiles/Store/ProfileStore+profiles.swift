package import CivilTime
import Encryption
import Storage
package import StorageErrors

extension ProfileStore {
    /// Returns the current version of a profile, or `nil` if the company has none with this ID.
    ///
    /// - Throws: ``DamagedProfile`` if it cannot be read, or `StorageError`.
    package func current(_ id: String, company: String) throws -> Profile? {
        if let profile = try openedProfile(id, company: company) { return profile }
        switch try sealed.profile(id, company: company).map({ entry($0, keeping: true) }) {
        case .readable(let profile): return profile
        case .damaged(let damage): throw damage
        case nil: return nil
        }
    }

    /// Creates a profile. Returns `nil` if the company has reached its limit.
    func create(
        _ settings: ProfileSettings, company: String, pod: String, atMost limit: Int,
        at now: Instant
    ) throws -> Profile? {
        let id = "\(pod)_\(RandomUUID.make())"
        let version = ProfileVersion(number: 1, settings: settings, since: now)
        let isDone = try sealed.create(
            id, company: company, try seal(version, of: id), atMost: limit)
        guard isDone else { return nil }
        return Profile(
            id: id, company: company, status: .active, statusSince: now, createdAt: now,
            current: version)
    }

    /// Saves a new version. Returns `nil` if the profile was changed or deleted since it was read.
    func update(
        _ profile: Profile, to settings: ProfileSettings, at now: Instant
    ) throws -> Profile? {
        let version = ProfileVersion(
            number: profile.current.number + 1, settings: settings, since: now)
        let isDone = try sealed.update(
            profile.id, company: profile.company, to: try seal(version, of: profile.id),
            from: profile.current.number)
        return isDone ? try current(profile.id, company: profile.company) : nil
    }

    /// Deletes a profile with its secrets and WhatsApp numbers. Returns false if it does not exist.
    func delete(_ id: String, company: String) throws(StorageError) -> Bool {
        try sealed.delete(id, company: company)
    }

    /// Disables an active profile whose endpoint is gone or keeps failing.
    ///
    /// - Returns: Whether the profile was active.
    package func autoDisable(
        _ id: String, company: String, at now: Instant
    ) throws(StorageError) -> Bool {
        try sealed.autoDisable(id, company: company, at: now)
    }

    /// Sets the status. Returns `nil` if the profile does not exist. An unchanged status keeps its
    /// time.
    package func setStatus(
        _ status: Profile.Status, of id: String, company: String, at now: Instant
    ) throws -> Profile? {
        try sealed.setStatus(status.rawValue, of: id, company: company, at: now)
        return try current(id, company: company)
    }
}
