package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Records since when the gateway has disabled a profile, or `nil` if it is enabled.
    ///
    /// A profile that is not in the log is ignored, because it has nothing to report.
    package func setDisabled(
        since: Instant?, profile id: String, company sid: String
    ) throws(StorageError) {
        try database.execute(
            """
            UPDATE profiles SET disabled_at = ? WHERE profile_id = ? AND company = (
                SELECT id FROM companies WHERE sid = ?)
            """, [Value(since?.milliseconds), .text(id), .text(sid)])
    }

    /// Returns the profiles of a company that were disabled before an instant and still are, sorted
    /// by name.
    package func disabledProfiles(
        company sid: String, before end: Instant
    ) throws(StorageError) -> [DisabledProfile] {
        guard let company = try id(ofCompany: sid) else { return [] }
        let sql = """
            SELECT profile_id, title, disabled_at FROM profiles
            WHERE company = ? AND disabled_at < ? ORDER BY ifnull(title, profile_id), profile_id
            """
        return try database.rows(sql, [.integer(company), .integer(end.milliseconds)]) {
            DisabledProfile(
                profileID: $0.text(0), title: $0.optionalText(1),
                since: $0.instant(2))
        }
    }
}

extension AttemptLog {
    /// Sets the title of a profile in reports, or removes it.
    ///
    /// The profile need not have attempts yet.
    package func setTitle(
        _ title: String?, ofProfile id: String, company sid: String
    ) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try database.execute(
                "INSERT INTO companies(sid) VALUES(?) ON CONFLICT DO NOTHING", [.text(sid)])
            try database.execute(
                """
                INSERT INTO profiles(company, profile_id, title)
                SELECT id, ?, ? FROM companies WHERE sid = ?
                ON CONFLICT(company, profile_id) DO UPDATE SET title = excluded.title
                """, [.text(id), Value(title), .text(sid)])
        }
    }
}
