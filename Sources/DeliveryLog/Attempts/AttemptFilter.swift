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
    /// Attempts, the newest first: by the quarter hour in which they finished, then by when the
    /// log heard of them, so that a page costs what it shows and not what the log holds.
    ///
    /// - Parameter offset: how many of the newest are left out.
    package func attempts(
        _ filter: AttemptFilter, limit: Int, offset: Int = 0
    ) throws(DatabaseError) -> [Attempt] {
        guard let company = try id(ofCompany: filter.company) else { return [] }
        let conditions = filter.conditions
        let sql = """
            \(AttemptReader.select) WHERE attempts.company = ? \(try places(filter, company))
            \(conditions.map { "AND \($0.sql)" }.joined(separator: " "))
            ORDER BY place DESC LIMIT ? OFFSET ?
            """
        let values = [.integer(company)] + conditions.map(\.value)
        return try database.rows(
            sql, values + [Value(limit), Value(offset)], AttemptReader.attempt)
    }

    /// Where the attempts of a callback stand; any place where none is asked for.
    private func places(
        _ filter: AttemptFilter, _ company: Int64
    ) throws(DatabaseError) -> String {
        guard let id = filter.callbackID else { return "" }
        let hash = CallbackHash.of(id, company: company)
        let entries = try CallbackIndex(database: database).entries(of: [hash])
        return "AND place IN (\(entries.map { "\($0.place)" }.joined(separator: ", ")))"
    }
}

extension AttemptFilter {
    fileprivate var conditions: [(sql: String, value: Value)] {
        let profile = "profile = (SELECT id FROM profiles WHERE company = routes.company"
        let all: [(String, Value)] = [
            ("callback_id = ?", Value(callbackID)),
            ("\(profile) AND profile_id = ?)", Value(profileID)),
            ("channel = (SELECT id FROM labels WHERE text = ?)", Value(channel)),
            ("outcome = ?", Value(outcome?.rawValue)), ("reason = ?", Value(reason?.rawValue)),
            ("finished_at >= ?", Value(start?.milliseconds)),
            ("place >= ?", Value(start.map(Place.first))),
            ("finished_at < ?", Value(end?.milliseconds)),
            ("place < ?", Value(end.map(Place.end(before:)))),
        ]
        return all.filter { $0.1 != .null }
    }
}
