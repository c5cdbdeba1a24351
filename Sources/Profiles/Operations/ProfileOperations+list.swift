import JSON

extension ProfileOperations {
    /// - Parameter parameters: of ``ProfileFilter/names``.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        let filter: ProfileFilter
        do throws(ProfileFaults) {
            filter = try ProfileFilter(parameters)
        } catch {
            return Envelope(error)
        }
        let (profiles, total) = try store.list(company: company, filter)
        return Envelope(
            success: "Profiles fetched successfully",
            .object([
                "profiles": .array(profiles.map { .object($0.answer()) }),
                "total": .integer(total), "limit": .integer(filter.page.limit),
                "offset": .integer(filter.page.offset),
            ]))
    }
}
