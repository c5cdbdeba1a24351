package import CivilTime
package import SQLite

extension DeliveryLog {
    /// Since when each profile of a company that fails has been failing, as of an instant.
    ///
    /// That is the time at which the first callback finished that did not succeed since the last
    /// one was delivered. A profile whose latest callback was delivered is not in the answer.
    /// Days are looked at from the latest back, so the cost follows the length of the failure.
    /// Where attempts were pruned the answer is good to a quarter hour, or to a day.
    ///
    /// - Parameter profiles: the ids to ask for; nil stands for callbacks without a profile.
    package func failingSince(
        company sid: String, profiles ids: Set<String?>, asOf end: Instant
    ) throws(DatabaseError) -> [String?: Instant] {
        guard let company = try id(ofCompany: sid) else { return [:] }
        let names = try profileNames(of: company)
        var rows = names.filter { ids.contains($0.value.id) }.mapValues { Optional($0.id) }
        if ids.contains(nil) { rows[0] = .some(nil) }
        var search = FailureSearch(company: company, wanted: Set(rows.keys), log: self)
        try search.lookBack(from: end)
        var answer: [String?: Instant] = [:]
        for (row, id) in rows {
            if let since = search.since[row] { answer[id] = since.start }
        }
        return answer
    }
}
