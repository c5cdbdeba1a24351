package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns the number of callbacks of one profile in each of several periods, by outcome.
    ///
    /// - Parameter profileID: A profile of the company. For any other profile, nothing is counted.
    package func tallies(
        company sid: String, profile profileID: String, in periods: [Period]
    ) throws(StorageError) -> [Tally] {
        guard let company = try id(ofCompany: sid),
            let profile = try number(of: .profile(profileID), company)
        else { return periods.map { _ in Tally() } }
        return try periods.map { period throws(StorageError) in
            try tally(company, profile, in: period)
        }
    }

    private func tally(
        _ company: Int64, _ profile: Int64, in period: Period
    ) throws(StorageError) -> Tally {
        var tally = Tally()
        let add = { (entry: CountEntry) in
            guard entry.endpoint == profile, let outcome = entry.outcome else { return }
            tally[outcome] += entry.count
        }
        let parts = PeriodDecomposition(period)
        let store = CountStore(database: database)
        for span in parts.spans {
            try store.read(company, span.level, from: span.start, to: span.end, add)
        }
        for edge in parts.edges { try forEachCallback(ofEdge: edge, company, add) }
        return tally
    }
}
