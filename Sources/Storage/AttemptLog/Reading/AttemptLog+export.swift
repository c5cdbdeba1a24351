package import DeliveryLog
import SQL
package import StorageErrors

/// An attempt with everything that the log knows about it.
package struct ExportedAttempt {
    package var attempt: Attempt
    /// Whether no later attempt of the callback is in the log.
    package var isLatest: Bool
    /// The title of the profile in the gateway, otherwise in the latest record.
    package var profileTitle: String?
}

extension AttemptLog {
    /// Calls `body` with attempts in the order of the table: by the 15-minute interval in which
    /// they finished, and then by arrival.
    ///
    /// Nothing is sorted or collected, so that exports of any size begin at once. The log does not
    /// change for the reader until the last attempt.
    ///
    /// - Parameters:
    ///   - filter: The attempts to return, of one company or of all.
    ///   - latestOnly: Whether to return only the latest attempt of each callback.
    ///   - body: Called with each attempt.
    package func forEachAttempt(
        _ filter: AttemptFilter, latestOnly: Bool, _ body: (ExportedAttempt) -> Void
    ) throws(StorageError) {
        let conditions = AttemptConditions(filter)
        let statement = try database.prepare(
            """
            SELECT \(AttemptReader.columns), standing <> 1,
                (SELECT ifnull(title, recorded_title) FROM profiles WHERE id = profile)
            \(AttemptReader.tables)
            WHERE place >= ? AND place < ? \(latestOnly ? "AND standing <> 1" : "")
                \(filter.company == nil ? "" : Self.ofCompany) \(conditions.sql)
            ORDER BY place
            """)
        statement.bind(
            [
                .integer(filter.start.map(AttemptRowID.first) ?? 0),
                .integer(filter.end.map(AttemptRowID.end(before:)) ?? .max),
            ] + [filter.company].compactMap { $0 }.map(Value.text) + conditions.values)
        while try statement.step() {
            body(
                ExportedAttempt(
                    attempt: AttemptReader.attempt(statement),
                    isLatest: statement.integer(13) != 0,
                    profileTitle: statement.optionalText(14)))
        }
    }

    /// Returns whether a profile is in the log.
    ///
    /// - Parameter sid: The SID of its company; nil for any company.
    package func contains(profile: String, company sid: String?) throws(StorageError) -> Bool {
        let sql = """
            SELECT count(*) FROM profiles JOIN companies ON companies.id = profiles.company
            WHERE profile_id = ?1 AND sid = ifnull(?2, sid)
            """
        return try database.integer(sql, [.text(profile), Value(sid)]) > 0
    }

    /// Returns whether a channel is in the log.
    package func contains(channel: String) throws(StorageError) -> Bool {
        try database.integer("SELECT count(*) FROM labels WHERE text = ?", [.text(channel)]) > 0
    }

    private static let ofCompany =
        "AND attempts.company = (SELECT id FROM companies WHERE sid = ?)"
}
