package import CivilTime
import SQLite
import Storage
package import StorageErrors

extension ProfileStore {
    /// Disables an active profile whose endpoint is gone or keeps failing.
    ///
    /// - Returns: Whether the profile was active.
    package func autoDisable(
        _ id: String, company: String, at now: Instant
    ) throws(StorageError) -> Bool {
        try database.execute(
            """
            UPDATE callback_profiles SET status = 2, status_since = ?
            WHERE id = ? AND company = ? AND status = 1
            """, [.integer(now.milliseconds), .text(id), .text(company)])
        guard database.changes > 0 else { return false }
        try log.setDisabled(since: now, profile: id, company: company)
        return true
    }

    /// Sets the status. Returns `nil` if the profile does not exist. An unchanged status keeps its
    /// time.
    package func setStatus(
        _ status: Profile.Status, of id: String, company: String, at now: Instant
    ) throws -> Profile? {
        try database.execute(
            """
            UPDATE callback_profiles SET status = ?1, status_since = ?2
            WHERE id = ?3 AND company = ?4 AND status <> ?1
            """,
            [Value(status.rawValue), .integer(now.milliseconds), .text(id), .text(company)])
        try log.setDisabled(since: nil, profile: id, company: company)
        return try current(id, company: company)
    }
}
