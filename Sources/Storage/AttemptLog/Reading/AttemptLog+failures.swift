package import CivilTime
package import DeliveryLog
package import SQLite

extension AttemptLog {
    /// Hands over the callbacks of a period that failed, oldest first: their latest attempts.
    ///
    /// - Parameter includingRetrying: whether those that are still retried are among them; then
    ///   every attempt of the period is looked at.
    package func forEachFailure(
        company sid: String, in period: Period, includingRetrying: Bool = false,
        _ body: (Attempt) -> Void
    ) throws(DatabaseError) {
        guard let company = try id(ofCompany: sid) else { return }
        let statement = try database.prepare(
            AttemptReader.select + """
                 WHERE \(includingRetrying ? Self.undelivered : Self.failed)
                    AND standing <> 1 AND attempts.company = ?1
                    AND finished_at >= ?2 AND finished_at < ?3 ORDER BY finished_at, callback_id
                """)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ])
        if includingRetrying {
            statement.bind(AttemptRowID.first(at: period.start), at: 4)
            statement.bind(AttemptRowID.end(before: period.end), at: 5)
        }
        while try statement.step() { body(AttemptReader.attempt(statement)) }
    }

    private static let failed = "outcome = 1"
    /// Only failed ones are in an index.
    private static let undelivered = "place >= ?4 AND place < ?5 AND outcome <> 2"
}
