package import CivilTime
package import SQLite

extension ProfileStore {
    /// Deletes versions of profiles that were replaced by newer ones before a limit.
    ///
    /// Nothing is sent with a version that is not the newest; the number of an old one stays with
    /// the attempts that used it.
    package func pruneVersions(before limit: Instant) throws(DatabaseError) {
        repeat {
            try database.execute(
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
        } while database.changes > 0
    }
}
