import CivilTime
import Storage
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
        let matching = SealedProfileFilter(
            company: company, title: filter.title, method: filter.method?.rawValue,
            createdFrom: filter.createdFrom, createdBefore: filter.createdBefore)
        return try sealed.forEachProfile(
            matching, limit: filter.page.limit, offset: filter.page.offset
        ) { try body(entry($0)) }
    }

    /// Reads the profiles of all companies and returns what is wrong with them.
    package func verify() throws -> ProfileVerification {
        var result = ProfileVerification()
        try sealed.forEachProfile { row in
            switch entry(row) {
            case .damaged(let damage): result.damaged.append(damage)
            case .readable(let profile):
                let settings = profile.settings
                guard settings.title == row.title, settings.method.rawValue == row.method else {
                    result.mislabeled.append(profile)
                    return true
                }
            }
            return true
        }
        return result
    }

    /// Returns the number of profiles of all companies.
    package func profileCount() throws(StorageError) -> Int {
        try sealed.profileCount()
    }
}

/// The profiles of which something in the database is damaged.
package struct ProfileVerification {
    /// Profiles that cannot be read.
    package var damaged: [DamagedProfile] = []
    /// Profiles whose title or method in the columns for searching differs from their settings.
    package var mislabeled: [Profile] = []

    package var isGood: Bool { damaged.isEmpty && mislabeled.isEmpty }
}
