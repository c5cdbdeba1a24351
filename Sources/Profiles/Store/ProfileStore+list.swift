import SQLite

extension ProfileStore {
    /// The profiles that a filter lets pass, the newest first, and how many there are in all.
    func list(
        company: String, _ filter: ProfileFilter
    ) throws -> (profiles: [Profile], total: Int) {
        let condition = """
            WHERE p.company = ?1 AND (?2 IS NULL OR instr(lower(p.title), lower(?2)) > 0)
                AND (?3 IS NULL OR p.method = ?3)
                AND (?4 IS NULL OR p.created_at >= ?4) AND (?5 IS NULL OR p.created_at < ?5)
            """
        let values = [
            .text(company), Value(filter.title), Value(filter.method?.rawValue),
            Value(filter.createdFrom?.milliseconds), Value(filter.createdBefore?.milliseconds),
        ]
        let total = try database.integer(
            "SELECT count(*) FROM callback_profiles p \(condition)", values)
        let profiles = try profiles(
            condition + " ORDER BY p.number DESC LIMIT ?6 OFFSET ?7",
            values + [Value(filter.page.limit), Value(filter.page.offset)])
        return (profiles, Int(total))
    }
}
