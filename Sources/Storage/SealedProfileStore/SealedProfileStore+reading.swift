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

extension SealedProfileStore {
    /// Creates an active profile with its first version.
    ///
    /// - Returns: False, without a change, if the company has reached its limit.
    package func create(
        _ id: String, company: String, _ version: SealedVersion, atMost limit: Int
    ) throws(StorageError) -> Bool {
        try writing(bytes: version.settings.count) { () throws(StorageError) in
            guard try count(company: company) < limit else { return false }
            let row = try database.returned(
                """
                INSERT INTO callback_profiles(id, company, status, status_since, title, method,
                    created_at, version)
                VALUES(?, ?, 1, ?, ?, ?, ?, ?) RETURNING number
                """,
                [
                    .text(id), .text(company), .integer(version.since.milliseconds),
                    .text(version.title), .text(version.method),
                    .integer(version.since.milliseconds), Value(version.number),
                ])
            guard let row else { return false }
            try insert(version, profile: row)
            try log.setTitle(version.title, ofProfile: id, company: company)
            return true
        }
    }

    private func count(company: String) throws(StorageError) -> Int {
        Int(
            try database.integer(
                "SELECT count(*) FROM callback_profiles WHERE company = ?", [.text(company)]))
    }

    /// Saves a new version of a profile.
    ///
    /// - Parameter former: The version that the new one is based on.
    /// - Returns: False, without a change, if the profile was changed or deleted since.
    package func update(
        _ id: String, company: String, to version: SealedVersion, from former: Int
    ) throws(StorageError) -> Bool {
        try writing(bytes: version.settings.count) { () throws(StorageError) in
            let row = try database.returned(
                """
                UPDATE callback_profiles SET version = ?, title = ?, method = ?
                WHERE id = ? AND company = ? AND version = ? RETURNING number
                """,
                [
                    Value(version.number), .text(version.title), .text(version.method),
                    .text(id), .text(company), Value(former),
                ])
            guard let row else { return false }
            try insert(version, profile: row)
            try dropVersions(of: row, before: version.number)
            try log.setTitle(version.title, ofProfile: id, company: company)
            return true
        }
    }

    /// Deletes all but the last versions of a profile before a new one, so that many changes of a
    /// large profile do not fill the disk until ``pruneVersions(before:)`` deletes them.
    private func dropVersions(of row: Int64, before number: Int) throws(StorageError) {
        try database.execute(
            "DELETE FROM profile_versions WHERE profile = ? AND number < ?",
            [.integer(row), Value(number - Self.keptVersions)])
    }

    /// The maximum number of replaced versions of a profile.
    private static let keptVersions = 10

    /// Deletes a profile with its secrets and WhatsApp numbers. Returns false if it does not exist.
    package func delete(_ id: String, company: String) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) in
            let deleted = try database.change(
                "DELETE FROM callback_profiles WHERE id = ? AND company = ?",
                [.text(id), .text(company)])
            guard deleted > 0 else { return false }
            try log.setDisabled(since: nil, profile: id, company: company)
            return true
        }
    }

    /// Disables an active profile whose endpoint is gone or keeps failing.
    ///
    /// - Returns: Whether the profile was active.
    package func autoDisable(
        _ id: String, company: String, at now: Instant
    ) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) in
            let changed = try database.change(
                """
                UPDATE callback_profiles SET status = 2, status_since = ?
                WHERE id = ? AND company = ? AND status = 1
                """, [.integer(now.milliseconds), .text(id), .text(company)])
            guard changed > 0 else { return false }
            try log.setDisabled(since: now, profile: id, company: company)
            return true
        }
    }

    /// Sets the status that an owner chose. An unchanged status keeps its time.
    package func setStatus(
        _ status: Int, of id: String, company: String, at now: Instant
    ) throws(StorageError) {
        // The caller may be a thread of low priority that reads a large profile.
        try TransactionThread.shared.run { () throws(StorageError) in
            try database.transaction { () throws(StorageError) in
                try database.execute(
                    """
                    UPDATE callback_profiles SET status = ?1, status_since = ?2
                    WHERE id = ?3 AND company = ?4 AND status <> ?1
                    """,
                    [Value(status), .integer(now.milliseconds), .text(id), .text(company)])
                try log.setDisabled(since: nil, profile: id, company: company)
            }
        }
    }

    private func insert(_ version: SealedVersion, profile: Int64) throws(StorageError) {
        try database.execute(
            "INSERT INTO profile_versions(profile, number, since, settings) VALUES(?, ?, ?, ?)",
            [
                .integer(profile), Value(version.number), .integer(version.since.milliseconds),
                .blob(version.settings),
            ])
    }
}
