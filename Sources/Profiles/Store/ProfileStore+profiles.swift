import CivilTime
import Encryption
import SQLite
import Storage
import StorageErrors

extension ProfileStore {
    /// Returns the current version of a profile, or `nil` if the company has none with this ID.
    package func current(_ id: String, company: String) throws -> Profile? {
        if let profile = try openedProfile(id, company: company) { return profile }
        return try profile(where: "WHERE p.id = ? AND p.company = ?", [.text(id), .text(company)])
    }

    /// Creates a profile. Returns `nil` if the company has reached its limit.
    func create(
        _ settings: ProfileSettings, company: String, pod: String, atMost limit: Int,
        at now: Instant
    ) throws -> Profile? {
        let id = "\(pod)_\(RandomUUID.make())"
        let version = ProfileVersion(number: 1, settings: settings, since: now)
        let closed = try close(version, of: id)
        let isDone = try database.transaction { () throws(StorageError) in
            guard try count(company: company) < limit else { return false }
            try database.execute(
                """
                INSERT INTO callback_profiles(id, company, status, status_since, title, method,
                    created_at, version)
                VALUES(?, ?, 1, ?, ?, ?, ?, 1)
                """,
                [
                    .text(id), .text(company), .integer(now.milliseconds), .text(settings.title),
                    .text(settings.method.rawValue), .integer(now.milliseconds),
                ])
            try insert(version, closed, profile: database.lastInsertedRow)
            try log.setTitle(settings.title, ofProfile: id, company: company)
            return true
        }
        guard isDone else { return nil }
        return Profile(
            id: id, company: company, status: .active, statusSince: now, createdAt: now,
            current: version)
    }

    private func count(company: String) throws(StorageError) -> Int {
        Int(
            try database.integer(
                "SELECT count(*) FROM callback_profiles WHERE company = ?", [.text(company)]))
    }

    /// Saves a new version. Returns `nil` if the profile was changed or deleted since it was read.
    func update(
        _ profile: Profile, to settings: ProfileSettings, at now: Instant
    ) throws -> Profile? {
        let version = ProfileVersion(
            number: profile.current.number + 1, settings: settings, since: now)
        let closed = try close(version, of: profile.id)
        let isDone = try database.transaction { () throws(StorageError) in
            try database.execute(
                """
                UPDATE callback_profiles SET version = ?, title = ?, method = ?
                WHERE id = ? AND company = ? AND version = ?
                """,
                [
                    Value(version.number), .text(settings.title), .text(settings.method.rawValue),
                    .text(profile.id), .text(profile.company), Value(profile.current.number),
                ])
            guard database.changes > 0 else { return false }
            let row = try database.integer(
                "SELECT number FROM callback_profiles WHERE id = ?", [.text(profile.id)])
            try insert(version, closed, profile: row)
            try dropVersions(of: row, before: version.number)
            try log.setTitle(settings.title, ofProfile: profile.id, company: profile.company)
            return true
        }
        return isDone ? try current(profile.id, company: profile.company) : nil
    }

    /// Deletes all but the last versions of a profile before a new one, so that many changes of a
    /// large profile do not fill the disk until ``pruneVersions(before:)`` deletes them.
    private func dropVersions(of row: Int64, before number: Int) throws(StorageError) {
        try database.execute(
            "DELETE FROM profile_versions WHERE profile = ? AND number < ?",
            [.integer(row), Value(number - Self.keptVersions)])
    }

    /// The maximum number of replaced versions of a profile.
    static let keptVersions = 10

    /// Deletes a profile with its secrets and WhatsApp numbers. Returns false if it does not exist.
    func delete(_ id: String, company: String) throws(StorageError) -> Bool {
        try database.execute(
            "DELETE FROM callback_profiles WHERE id = ? AND company = ?",
            [.text(id), .text(company)])
        guard database.changes > 0 else { return false }
        try log.setDisabled(since: nil, profile: id, company: company)
        return true
    }

    private func insert(
        _ version: ProfileVersion, _ closed: [UInt8], profile: Int64
    ) throws(StorageError) {
        try database.execute(
            "INSERT INTO profile_versions(profile, number, since, settings) VALUES(?, ?, ?, ?)",
            [
                .integer(profile), Value(version.number), .integer(version.since.milliseconds),
                .blob(closed),
            ])
    }
}
