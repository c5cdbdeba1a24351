package import CivilTime
import SQL
package import StorageErrors

extension SealedProfileStore {
    /// Creates an active profile with its first version.
    ///
    /// - Returns: False, without a change, if the company has reached its limit.
    package func create(
        _ id: String, company: String, _ version: SealedVersion, atMost limit: Int
    ) throws(StorageError) -> Bool {
        try writing(bytes: version.settings.count) { () throws(StorageError) in
            guard try count(company: company) < limit else { return false }
            let row = try database.returned(
                """
                INSERT INTO callback_profiles(id, company, status, status_since, title, method,
                    created_at, version)
                VALUES(?, ?, 1, ?, ?, ?, ?, ?) RETURNING number
                """,
                [
                    .text(id), .text(company), .integer(version.since.milliseconds),
                    .text(version.title), .text(version.method),
                    .integer(version.since.milliseconds), Value(version.number),
                ])
            guard let row else { return false }
            try insert(version, profile: row)
            try log.setTitle(version.title, ofProfile: id, company: company)
            return true
        }
    }

    private func count(company: String) throws(StorageError) -> Int {
        Int(
            try database.integer(
                "SELECT count(*) FROM callback_profiles WHERE company = ?", [.text(company)]))
    }

    /// Saves a new version of a profile.
    ///
    /// - Parameter former: The version that the new one is based on.
    /// - Returns: False, without a change, if the profile was changed or deleted since.
    package func update(
        _ id: String, company: String, to version: SealedVersion, from former: Int
    ) throws(StorageError) -> Bool {
        try writing(bytes: version.settings.count) { () throws(StorageError) in
            let row = try database.returned(
                """
                UPDATE callback_profiles SET version = ?, title = ?, method = ?
                WHERE id = ? AND company = ? AND version = ? RETURNING number
                """,
                [
                    Value(version.number), .text(version.title), .text(version.method),
                    .text(id), .text(company), Value(former),
                ])
            guard let row else { return false }
            try insert(version, profile: row)
            try dropVersions(of: row, before: version.number)
            try log.setTitle(version.title, ofProfile: id, company: company)
            return true
        }
    }

    /// Deletes all but the last versions of a profile before a new one, so that many changes of a
    /// large profile do not fill the disk until ``pruneVersions(before:)`` deletes them.
    private func dropVersions(of row: Int64, before number: Int) throws(StorageError) {
        try database.execute(
            "DELETE FROM profile_versions WHERE profile = ? AND number < ?",
            [.integer(row), Value(number - Self.keptVersions)])
    }

    /// The maximum number of replaced versions of a profile.
    private static let keptVersions = 10

    /// Deletes a profile with its secrets and WhatsApp numbers. Returns false if it does not exist.
    package func delete(_ id: String, company: String) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) in
            let deleted = try database.change(
                "DELETE FROM callback_profiles WHERE id = ? AND company = ?",
                [.text(id), .text(company)])
            guard deleted > 0 else { return false }
            try log.setDisabled(since: nil, profile: id, company: company)
            return true
        }
    }

    /// Disables an active profile whose endpoint is gone or keeps failing.
    ///
    /// - Returns: Whether the profile was active.
    package func autoDisable(
        _ id: String, company: String, at now: Instant
    ) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) in
            let changed = try database.change(
                """
                UPDATE callback_profiles SET status = 2, status_since = ?
                WHERE id = ? AND company = ? AND status = 1
                """, [.integer(now.milliseconds), .text(id), .text(company)])
            guard changed > 0 else { return false }
            try log.setDisabled(since: now, profile: id, company: company)
            return true
        }
    }

    /// Sets the status that an owner chose. An unchanged status keeps its time.
    package func setStatus(
        _ status: Int, of id: String, company: String, at now: Instant
    ) throws(StorageError) {
        // The caller may be a thread of low priority that reads a large profile.
        try TransactionThread.shared.run { () throws(StorageError) in
            try database.transaction { () throws(StorageError) in
                try database.execute(
                    """
                    UPDATE callback_profiles SET status = ?1, status_since = ?2
                    WHERE id = ?3 AND company = ?4 AND status <> ?1
                    """,
                    [Value(status), .integer(now.milliseconds), .text(id), .text(company)])
                try log.setDisabled(since: nil, profile: id, company: company)
            }
        }
    }

    private func insert(_ version: SealedVersion, profile: Int64) throws(StorageError) {
        try database.execute(
            "INSERT INTO profile_versions(profile, number, since, settings) VALUES(?, ?, ?, ?)",
            [
                .integer(profile), Value(version.number), .integer(version.since.milliseconds),
                .blob(version.settings),
            ])
    }
}
