package import CivilTime
package import DeliveryLog
package import SQLite

extension AttemptLog {
    /// Notes since when the gateway has a profile disabled; nil when it no longer has.
    ///
    /// A profile that the log has never heard of stays unknown: it has nothing to report.
    package func setDisabled(
        since: Instant?, profile id: String, company sid: String
    ) throws(DatabaseError) {
        try database.execute(
            """
            UPDATE profiles SET disabled_at = ? WHERE profile_id = ? AND company = (
                SELECT id FROM companies WHERE sid = ?)
            """, [Value(since?.milliseconds), .text(id), .text(sid)])
    }

    /// The profiles of a company that were disabled before an instant and still are, by name.
    package func disabledProfiles(
        company sid: String, before end: Instant
    ) throws(DatabaseError) -> [DisabledProfile] {
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
