package import CivilTime
import Encryption
import JSON
import Storage
package import StorageErrors

/// A profile whose current version cannot be read although the key is correct.
///
/// It affects no other profile. Its callbacks fail, and lists show what is readable.
package struct DamagedProfile: Error, Hashable, Sendable, CustomStringConvertible {
    package let id: String
    package let company: String
    package let version: Int
    /// The status as stored, which may not be valid.
    package let status: Int
    package let title: String
    package let method: String
    package let createdAt: Instant

    package var description: String {
        "version \(version) of profile \(id) is damaged in the database; restore it from a backup"
    }
}

/// A profile as read from the file.
package enum ProfileEntry: Sendable {
    case readable(Profile)
    case damaged(DamagedProfile)
}

extension ProfileStore {
    /// Returns a version as it is stored.
    func seal(_ version: ProfileVersion, of id: String) throws -> SealedVersion {
        let settings = version.settings
        let text = JSONValue.object(settings.request).compact
        return SealedVersion(
            number: version.number, since: version.since, title: settings.title,
            method: settings.method.rawValue,
            settings: try box.seal(Array(text.utf8), place: Self.place(version.number, of: id)))
    }

    /// Returns a profile whose current version is cached, or `nil` if it must be read.
    ///
    /// Every callback looks up its profile, so this neither parses SQL nor decrypts settings.
    func openedProfile(_ id: String, company: String) throws(StorageError) -> Profile? {
        guard let numbers = try numbers(of: id, company: company) else { return nil }
        guard let status = numbers.readableStatus,
            let version = opened.version(numbers.version, of: id)
        else { return nil }
        return Profile(
            id: id, company: company, status: status, statusSince: numbers.statusSince,
            createdAt: numbers.createdAt, current: version)
    }

    /// Returns since when a profile is active, or nil if it is not active or missing.
    ///
    /// It does not read the settings, which can take a second: the writing thread calls it.
    package func activeSince(_ id: String, company: String) throws(StorageError) -> Instant? {
        guard let numbers = try sealed.numbers(of: id, company: company) else { return nil }
        return numbers.readableStatus == .active ? numbers.statusSince : nil
    }

    /// Returns the numeric columns of a profile, for comparison with the caches.
    ///
    /// Empties the caches if a backup was restored, because a number can then mean another version.
    func numbers(of id: String, company: String) throws(StorageError) -> ProfileNumbers? {
        let numbers = try sealed.numbers(of: id, company: company)
        if sealed.renewals != renewals {
            opened = opened.emptied
            (outlines, shown) = (ProfileOutlines(), EncodedProfileCache())
            renewals = sealed.renewals
        }
        return numbers
    }

    /// - Parameter isKept: Whether to cache the version for later requests.
    func entry(_ row: SealedProfile, keeping isKept: Bool = false) -> ProfileEntry {
        let numbers = row.numbers
        guard let status = numbers.readableStatus, let version = version(row, keeping: isKept)
        else { return .damaged(DamagedProfile(row)) }
        return .readable(
            Profile(
                id: row.id, company: row.company, status: status,
                statusSince: numbers.statusSince, createdAt: numbers.createdAt, current: version))
    }

    /// Decrypts the version. Returns `nil` if it cannot be read.
    private func version(_ row: SealedProfile, keeping isKept: Bool) -> ProfileVersion? {
        guard let since = row.since else { return nil }
        let number = row.numbers.version
        if let known = opened.version(number, of: row.id, closed: row.settings) { return known }
        let place = Self.place(number, of: row.id)
        guard let text = try? box.open(row.settings, place: place),
            let request = try? JSONValue(parsing: text),
            let settings = try? ProfileSettings(request: request, isStored: true)
        else { return nil }
        let version = ProfileVersion(number: number, settings: settings, since: since)
        // What an open transaction has written may still be rolled back.
        if isKept, !sealed.isInTransaction {
            opened.keep(version, of: row.id, closed: row.settings)
        }
        return version
    }

    static func place(_ version: Int, of id: String) -> String {
        "profile \(id) version \(version)"
    }
}

extension ProfileNumbers {
    /// The status, or `nil` if one of the numbers is invalid.
    var readableStatus: Profile.Status? {
        isWhole ? Profile.Status(rawValue: status) : nil
    }
}

extension DamagedProfile {
    init(_ row: SealedProfile) {
        (id, company, title, method) = (row.id, row.company, row.title, row.method)
        (version, status) = (row.numbers.version, row.numbers.status)
        createdAt = row.numbers.createdAt
    }
}

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
