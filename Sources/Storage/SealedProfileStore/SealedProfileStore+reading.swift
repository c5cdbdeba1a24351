package import CivilTime
import SQL
package import StorageErrors

/// Selects profiles of a company.
package struct SealedProfileFilter {
    package var company: String
    /// A part of the title, case-insensitive.
    package var title: String?
    package var method: String?
    package var createdFrom: Instant?
    /// The upper bound of the creation time, exclusive.
    package var createdBefore: Instant?

    package init(
        company: String, title: String?, method: String?, createdFrom: Instant?,
        createdBefore: Instant?
    ) {
        self.company = company
        self.title = title
        self.method = method
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
    }
}

extension SealedProfileStore {
    /// Returns a profile, or `nil` if the company has none with this ID.
    package func profile(
        _ id: String, company: String
    ) throws(StorageError) -> SealedProfile? {
        let statement = try database.prepare("\(Self.all) WHERE p.id = ? AND p.company = ?")
        statement.bind([.text(id), .text(company)])
        return try statement.step() ? SealedProfile(statement) : nil
    }

    /// Returns the size of a profile's settings in bytes, or `nil` if the company has none with this
    /// ID.
    package func settingsSize(
        of id: String, company: String
    ) throws(StorageError) -> Int? {
        // SQLite does not read a value for its length.
        try database.row(
            """
            SELECT length(v.settings) FROM callback_profiles p
            JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
            WHERE p.id = ? AND p.company = ?
            """, [.text(id), .text(company)]
        ) { $0.int(0) }
    }

    /// Returns the numeric columns of a profile, or `nil` if the company has none with this ID.
    ///
    /// Every callback looks up its profile, so this neither parses SQL nor reads the settings.
    package func numbers(
        of id: String, company: String
    ) throws(StorageError) -> ProfileNumbers? {
        find.bind(id, at: 1)
        find.bind(company, at: 2)
        defer { find.reset() }
        return try find.step() ? ProfileNumbers(find, at: 0) : nil
    }

    /// Changes after a backup was restored into the open database. Then a version number can mean
    /// other settings. It is up to date after ``numbers(of:company:)``.
    package var renewals: Int32 { find.renewals }

    static let find =
        """
        SELECT version, status, status_since, created_at FROM callback_profiles
        WHERE id = ? AND company = ?
        """

    /// Reads the profiles that match a filter one at a time, newest first, so that large profiles
    /// are not in memory together.
    ///
    /// - Parameters:
    ///   - filter: The company and what to search for.
    ///   - limit: The maximum number of profiles to read.
    ///   - offset: The number of profiles to skip.
    ///   - body: Called with each profile. Returns false to stop.
    /// - Returns: The total number of matching profiles.
    package func forEachProfile(
        _ filter: SealedProfileFilter, limit: Int, offset: Int,
        _ body: (SealedProfile) throws -> Bool
    ) throws -> Int {
        let condition = """
            WHERE p.company = ?1 AND (?2 IS NULL OR instr(lower(p.title), lower(?2)) > 0)
                AND (?3 IS NULL OR p.method = ?3)
                AND (?4 IS NULL OR p.created_at >= ?4) AND (?5 IS NULL OR p.created_at < ?5)
            """
        let values = [
            .text(filter.company), Value(filter.title), Value(filter.method),
            Value(filter.createdFrom?.milliseconds), Value(filter.createdBefore?.milliseconds),
        ]
        try forEachProfile(
            condition + " ORDER BY p.number DESC LIMIT ?6 OFFSET ?7",
            values + [Value(limit), Value(offset)], body)
        return Int(
            try database.integer("SELECT count(*) FROM callback_profiles p \(condition)", values))
    }

    /// Reads the profiles of all companies one at a time.
    ///
    /// - Parameter body: Called with each profile. Returns false to stop.
    package func forEachProfile(_ body: (SealedProfile) throws -> Bool) throws {
        try forEachProfile("ORDER BY p.company, p.number", [], body)
    }

    private func forEachProfile(
        _ condition: String, _ values: [Value], _ body: (SealedProfile) throws -> Bool
    ) throws {
        let statement = try database.prepare("\(Self.all) \(condition)")
        statement.bind(values)
        while try statement.step() {
            guard try body(SealedProfile(statement)) else { return }
        }
    }

    private static let all =
        """
        SELECT p.version, p.status, p.status_since, p.created_at, p.id, p.company, p.title,
            p.method, v.since, v.settings
        FROM callback_profiles p
        LEFT JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
        """

    /// Returns the number of profiles of all companies.
    package func profileCount() throws(StorageError) -> Int {
        Int(try database.integer("SELECT count(*) FROM callback_profiles"))
    }
}
