import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns attempts, newest first: by the quarter hour in which they finished, and then by
    /// arrival. The cost depends on the size of the page, not on the size of the log.
    ///
    /// - Parameters:
    ///   - filter: The attempts to return. It must have a company.
    ///   - limit: The maximum number of attempts.
    ///   - offset: The number of attempts to skip.
    package func attempts(
        _ filter: AttemptFilter, limit: Int, offset: Int = 0
    ) throws(StorageError) -> [Attempt] {
        guard limit > 0, let sid = filter.company, let company = try id(ofCompany: sid)
        else { return [] }
        return try database.transaction(.read) { () throws(StorageError) in
            let places = try places(filter, company, limit, offset)
            let find = try database.prepare(AttemptReader.select + " WHERE place = ?")
            var attempts: [Attempt] = []
            for place in places {
                find.bind(place, at: 1)
                if try find.step() { attempts.append(AttemptReader.attempt(find)) }
                find.reset()
            }
            return attempts
        }
    }

    private func places(
        _ filter: AttemptFilter, _ company: Int64, _ limit: Int, _ offset: Int
    ) throws(StorageError) -> [Int64] {
        guard let id = filter.callbackID else {
            var search = try AttemptSearch(database, company, filter)
            return try search.places(limit, offset: offset)
        }
        let hash = try CallbackHasher(database).hash(of: id, company: company)
        let entries = try CallbackIndex(database: database).entries(of: [hash])
        let conditions = AttemptConditions(filter)
        return try database.rows(
            """
            SELECT place FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place IN (\(entries.map { "\($0.place)" }.joined(separator: ", ")))
                AND attempts.company = ? \(conditions.sql) ORDER BY place DESC LIMIT ? OFFSET ?
            """, [.integer(company)] + conditions.values + [Value(limit), Value(offset)]
        ) { $0.integer(0) }
    }
}
