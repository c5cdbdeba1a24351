package import CivilTime
package import SQLite

/// Which attempts of one company are wanted; nil means any.
package struct AttemptFilter: Hashable, Sendable {
    package var company: String
    package var callbackID: String?
    package var profileID: String?
    package var channel: String?
    package var outcome: Outcome?
    package var reason: Reason?
    /// When they finished: at this instant or later.
    package var start: Instant?
    /// Before this instant.
    package var end: Instant?

    package init(company: String) {
        self.company = company
    }
}

extension DeliveryLog {
    /// Attempts, the newest first.
    ///
    /// - Parameter offset: how many of the newest are left out.
    package func attempts(
        _ filter: AttemptFilter, limit: Int, offset: Int = 0
    ) throws(DatabaseError) -> [Attempt] {
        guard let company = try id(ofCompany: filter.company) else { return [] }
        let conditions = filter.conditions
        let sql = """
            \(AttemptReader.select) WHERE company = ?
            \(conditions.map { "AND \($0.sql)" }.joined(separator: " "))
            ORDER BY finished_at DESC, callback_id DESC, attempt DESC LIMIT ? OFFSET ?
            """
        let values = [.integer(company)] + conditions.map(\.value)
        return try database.rows(
            sql, values + [Value(limit), Value(offset)], AttemptReader.attempt)
    }
}

extension AttemptFilter {
    fileprivate var conditions: [(sql: String, value: Value)] {
        let profile = "profile = (SELECT id FROM profiles WHERE company = attempts.company"
        let all: [(String, Value)] = [
            ("callback_id = ?", Value(callbackID)),
            ("\(profile) AND profile_id = ?)", Value(profileID)),
            ("channel = (SELECT id FROM labels WHERE text = ?)", Value(channel)),
            ("outcome = ?", Value(outcome?.rawValue)), ("reason = ?", Value(reason?.rawValue)),
            ("finished_at >= ?", Value(start?.milliseconds)),
            ("finished_at < ?", Value(end?.milliseconds)),
        ]
        return all.filter { $0.1 != .null }
    }
}
