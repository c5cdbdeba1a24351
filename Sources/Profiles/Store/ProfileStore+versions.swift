package import CivilTime
import JSON
import SQLite
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
    func close(_ version: ProfileVersion, of id: String) throws -> [UInt8] {
        let text = JSONValue.object(version.settings.request).compact
        return try box.seal(Array(text.utf8), place: Self.place(version.number, of: id))
    }

    /// Returns the first profile that matches a condition on `callback_profiles` (as `p`).
    ///
    /// - Throws: ``DamagedProfile`` if it cannot be read, or `StorageError`.
    func profile(where condition: String, _ values: [Value]) throws -> Profile? {
        var found: Profile?
        try forEachProfile(condition, values, keeping: true) { entry in
            switch entry {
            case .readable(let profile): found = profile
            case .damaged(let damage): throw damage
            }
            return false
        }
        return found
    }

    /// Reads the profiles that match a condition on `callback_profiles` (as `p`) one at a time, so
    /// that large profiles are not in memory together.
    ///
    /// - Parameters:
    ///   - condition: The clauses after `FROM`, with placeholders for `values`.
    ///   - values: The values to bind.
    ///   - isKept: Whether to cache the versions for later requests.
    ///   - body: Called with each profile. Returns false to stop.
    func forEachProfile(
        _ condition: String, _ values: [Value], keeping isKept: Bool = false,
        _ body: (ProfileEntry) throws -> Bool
    ) throws {
        let statement = try database.prepare(
            """
            SELECT p.version, p.status, p.status_since, p.created_at, p.id, p.company, p.title,
                p.method, v.since, v.settings
            FROM callback_profiles p
            LEFT JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
            \(condition)
            """)
        statement.bind(values)
        while try statement.step() {
            guard try body(entry(ProfileRow(statement), keeping: isKept)) else { return }
        }
    }

    /// Returns a profile whose current version is cached, or `nil` if it must be read.
    ///
    /// Every callback looks up its profile, so this neither parses SQL nor decrypts settings.
    func openedProfile(_ id: String, company: String) throws(StorageError) -> Profile? {
        find.bind(id, at: 1)
        find.bind(company, at: 2)
        defer { find.reset() }
        let isFound = try find.step()
        if find.renewals != renewals { forgetVersions() }
        guard isFound else { return nil }
        let numbers = ProfileNumbers(find, at: 0)
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
        find.bind(id, at: 1)
        find.bind(company, at: 2)
        defer { find.reset() }
        guard try find.step() else { return nil }
        let numbers = ProfileNumbers(find, at: 0)
        return numbers.readableStatus == .active ? numbers.statusSince : nil
    }

    /// After a backup was restored, a number can mean another version.
    private func forgetVersions() {
        opened = OpenedVersions()
        renewals = find.renewals
    }

    static let find =
        """
        SELECT version, status, status_since, created_at FROM callback_profiles
        WHERE id = ? AND company = ?
        """

    private func entry(_ row: ProfileRow, keeping isKept: Bool) -> ProfileEntry {
        let numbers = row.numbers
        guard let status = numbers.readableStatus, let version = version(row, keeping: isKept)
        else { return .damaged(DamagedProfile(row)) }
        return .readable(
            Profile(
                id: row.id, company: row.company, status: status,
                statusSince: numbers.statusSince, createdAt: numbers.createdAt, current: version))
    }

    /// Decrypts the version. Returns `nil` if it cannot be read.
    private func version(_ row: ProfileRow, keeping isKept: Bool) -> ProfileVersion? {
        guard let since = row.since else { return nil }
        let number = row.numbers.version
        if let known = opened.version(number, of: row.id, closed: row.settings) { return known }
        let place = Self.place(number, of: row.id)
        guard let text = try? box.open(row.settings, place: place),
            let request = try? JSONValue(parsing: text),
            let settings = try? ProfileSettings(request: request, isStored: true)
        else { return nil }
        let version = ProfileVersion(number: number, settings: settings, since: since)
        if isKept { opened.keep(version, of: row.id, closed: row.settings) }
        return version
    }

    static func place(_ version: Int, of id: String) -> String {
        "profile \(id) version \(version)"
    }
}

/// The numeric columns of a profile.
///
/// An invalid number makes only this profile unreadable. It is not reported as damage of the file,
/// because that would stop every operation that reads neighboring rows.
private struct ProfileNumbers {
    let version: Int
    let status: Int
    let statusSince: Instant
    let createdAt: Instant
    /// The status, or `nil` if one of the numbers is invalid.
    let readableStatus: Profile.Status?

    /// Reads version, status and the two times from four consecutive columns.
    init(_ row: borrowing Statement, at first: Int32) {
        let number = row.integer(first, clampedTo: Self.versions)
        (version, status) = (Int(number), row.int(first + 1))
        statusSince = row.clampedInstant(first + 2)
        createdAt = row.clampedInstant(first + 3)
        let isWhole =
            number == row.integer(first) && statusSince.milliseconds == row.integer(first + 2)
            && createdAt.milliseconds == row.integer(first + 3)
        readableStatus = isWhole ? Profile.Status(rawValue: status) : nil
    }

    private static let versions: ClosedRange<Int64> = 0...(1 << 40)
}

/// A row of a profile with its current version, still encrypted.
private struct ProfileRow {
    let numbers: ProfileNumbers
    let id: String
    let company: String
    let title: String
    let method: String
    /// When the version was created, or `nil` if the stored value is not a valid time.
    let since: Instant?
    /// The encrypted settings. Empty if the row is missing.
    let settings: [UInt8]

    init(_ row: borrowing Statement) {
        numbers = ProfileNumbers(row, at: 0)
        (id, company) = (row.text(4), row.text(5))
        (title, method) = (row.text(6), row.text(7))
        let time = row.clampedInstant(8)
        since = time.milliseconds == row.integer(8) ? time : nil
        settings = row.blob(9)
    }
}

extension DamagedProfile {
    fileprivate init(_ row: ProfileRow) {
        (id, company, title, method) = (row.id, row.company, row.title, row.method)
        (version, status) = (row.numbers.version, row.numbers.status)
        createdAt = row.numbers.createdAt
    }
}
