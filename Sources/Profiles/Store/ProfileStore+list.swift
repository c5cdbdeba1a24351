import SQLite
package import StorageErrors

extension ProfileStore {
    /// Reads the profiles that match a filter, newest first.
    ///
    /// - Parameters:
    ///   - company: The SID of the company.
    ///   - filter: The filter and the page.
    ///   - body: Called with each profile of the page. Returns false to stop.
    /// - Returns: The total number of matching profiles.
    func list(
        company: String, _ filter: ProfileFilter, _ body: (ProfileEntry) throws -> Bool
    ) throws -> Int {
        let condition = """
            WHERE p.company = ?1 AND (?2 IS NULL OR instr(lower(p.title), lower(?2)) > 0)
                AND (?3 IS NULL OR p.method = ?3)
                AND (?4 IS NULL OR p.created_at >= ?4) AND (?5 IS NULL OR p.created_at < ?5)
            """
        let values = [
            .text(company), Value(filter.title), Value(filter.method?.rawValue),
            Value(filter.createdFrom?.milliseconds), Value(filter.createdBefore?.milliseconds),
        ]
        try forEachProfile(
            condition + " ORDER BY p.number DESC LIMIT ?6 OFFSET ?7",
            values + [Value(filter.page.limit), Value(filter.page.offset)], body)
        return Int(
            try database.integer("SELECT count(*) FROM callback_profiles p \(condition)", values))
    }

    /// Returns the profiles of all companies that cannot be read.
    package func damagedProfiles() throws -> [DamagedProfile] {
        var damaged: [DamagedProfile] = []
        try forEachProfile("ORDER BY p.company, p.number", []) { entry in
            if case .damaged(let damage) = entry { damaged.append(damage) }
            return true
        }
        return damaged
    }

    /// Returns the number of profiles of all companies.
    package func profileCount() throws(StorageError) -> Int {
        Int(try database.integer("SELECT count(*) FROM callback_profiles"))
    }
}
