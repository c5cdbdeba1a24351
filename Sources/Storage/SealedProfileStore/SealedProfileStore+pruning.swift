package import CivilTime
import SQL
package import StorageErrors

extension SealedProfileStore {
    /// Deletes versions that were replaced before a limit.
    ///
    /// Callbacks always use the current version. Attempts keep the number of the version that they
    /// used, even after that version is deleted.
    package func pruneVersions(before limit: Instant) throws(StorageError) {
        var deleted = 0
        repeat {
            deleted = try database.change(
                """
                DELETE FROM profile_versions WHERE rowid IN (
                    SELECT old.rowid FROM profile_versions AS old
                    JOIN callback_profiles AS profile ON profile.number = old.profile
                    WHERE old.number < profile.version AND (
                        SELECT since FROM profile_versions AS next
                        WHERE next.profile = old.profile AND next.number > old.number
                        ORDER BY next.number LIMIT 1) < ?
                    LIMIT 1000)
                """, [.integer(limit.milliseconds)])
            database.yieldWriteLock(.long)
        } while deleted > 0
    }
}
