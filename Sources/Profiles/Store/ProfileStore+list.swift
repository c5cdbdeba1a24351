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

    /// Returns the profiles of all companies that cannot be read.
    package func damagedProfiles() throws -> [DamagedProfile] {
        var damaged: [DamagedProfile] = []
        try sealed.forEachProfile { row in
            if case .damaged(let damage) = entry(row) { damaged.append(damage) }
            return true
        }
        return damaged
    }

    /// Returns the number of profiles of all companies.
    package func profileCount() throws(StorageError) -> Int {
        try sealed.profileCount()
    }
}
