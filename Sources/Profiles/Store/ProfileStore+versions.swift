import CivilTime
import JSON
import SQLite

/// A version in the file that cannot be read, though the key is the right one.
package struct DamagedProfile: Error, Hashable, Sendable, CustomStringConvertible {
    let id: String
    let version: Int

    package var description: String {
        "version \(version) of profile \(id) is damaged in the database; restore it from a backup"
    }
}

extension ProfileStore {
    func close(_ version: ProfileVersion, of id: String) throws -> [UInt8] {
        let text = JSONValue.object(version.settings.request).compact
        return try box.close(Array(text.utf8), place: Self.place(version.number, of: id))
    }

    /// The profiles that a condition on `callback_profiles` (as `p`) chooses.
    func profiles(_ condition: String, _ values: [Value]) throws -> [Profile] {
        let rows = try database.rows(
            """
            SELECT p.id, p.company, p.status, p.status_since, p.created_at, p.version, v.since,
                v.settings
            FROM callback_profiles p
            JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
            \(condition)
            """, values, StoredProfile.init)
        return try rows.map(profile)
    }

    /// The same as ``profiles(_:_:)`` for one profile whose newest version is open already.
    ///
    /// Every callback asks for its profile, so this neither parses SQL nor reads the settings.
    func openedProfile(_ id: String, company: String) throws(DatabaseError) -> Profile? {
        find.bind(id, at: 1)
        find.bind(company, at: 2)
        defer { find.reset() }
        let isFound = try find.step()
        if find.renewals != renewals { forgetVersions() }
        guard isFound, let version = opened.version(find.count(0), of: id),
            let status = Profile.Status(rawValue: find.int(1))
        else { return nil }
        return Profile(
            id: id, company: company, status: status,
            statusSince: find.instant(2),
            createdAt: find.instant(3), current: version)
    }

    /// In a backup that was restored a number may be that of another version.
    private func forgetVersions() {
        opened = OpenedVersions()
        renewals = find.renewals
    }

    static let find =
        """
        SELECT version, status, status_since, created_at FROM callback_profiles
        WHERE id = ? AND company = ?
        """

    private func profile(_ row: StoredProfile) throws -> Profile {
        guard let status = Profile.Status(rawValue: row.status) else {
            throw DamagedProfile(id: row.id, version: row.version)
        }
        return Profile(
            id: row.id, company: row.company, status: status, statusSince: row.statusSince,
            createdAt: row.createdAt, current: try version(row))
    }

    private func version(_ row: StoredProfile) throws -> ProfileVersion {
        if let known = opened.version(row.version, of: row.id, closed: row.settings) {
            return known
        }
        let place = Self.place(row.version, of: row.id)
        guard let text = try? box.open(row.settings, place: place),
            let request = try? JSONValue(parsing: text),
            let settings = try? ProfileSettings(request: request, isStored: true)
        else { throw DamagedProfile(id: row.id, version: row.version) }
        let version = ProfileVersion(number: row.version, settings: settings, since: row.since)
        opened.keep(version, of: row.id, closed: row.settings)
        return version
    }

    private static func place(_ version: Int, of id: String) -> String {
        "profile \(id) version \(version)"
    }
}

/// A row of a profile and its newest version, still closed.
private struct StoredProfile {
    let id: String
    let company: String
    let status: Int
    let statusSince: Instant
    let createdAt: Instant
    let version: Int
    let since: Instant
    let settings: [UInt8]

    init(_ row: borrowing Statement) {
        (id, company, status) = (row.text(0), row.text(1), row.int(2))
        statusSince = row.instant(3)
        createdAt = row.instant(4)
        version = row.count(5)
        since = row.instant(6)
        settings = row.blob(7)
    }
}
