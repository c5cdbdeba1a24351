package import CivilTime
package import SQLite

extension DeliveryLog {
    /// Hands over the callbacks of a period that failed, oldest first: their latest attempts.
    package func forEachFailure(
        company sid: String, in period: Period, _ body: (Attempt) -> Void
    ) throws(DatabaseError) {
        guard let company = try id(ofCompany: sid) else { return }
        let statement = try database.prepare(
            AttemptReader.select + """
                 WHERE outcome = 1 AND standing <> 1 AND attempts.company = ?
                    AND finished_at >= ? AND finished_at < ? ORDER BY finished_at, callback_id
                """)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ])
        while try statement.step() { body(AttemptReader.attempt(statement)) }
    }
}
