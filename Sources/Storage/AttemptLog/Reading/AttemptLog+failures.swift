package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Calls `body` with the latest attempts of the failed callbacks in a period, oldest first.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - period: The period.
    ///   - includingRetrying: Whether to include callbacks that are still being retried. This reads
    ///     every attempt of the period.
    ///   - body: Called with each attempt.
    package func forEachFailure(
        company sid: String, in period: Period, includingRetrying: Bool = false,
        _ body: (Attempt) -> Void
    ) throws(StorageError) {
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
    /// Only failed attempts are in an index.
    private static let undelivered = "place >= ?4 AND place < ?5 AND outcome <> 2"
}
