import JSON

extension ProfileEntry {
    var answer: JSONObject {
        switch self {
        case .readable(let profile): profile.answer()
        case .damaged(let damage): damage.answer
        }
    }
}

extension ProfileOperations {
    /// Returns one page of the company's profiles, newest first.
    ///
    /// - Parameter parameters: Query parameters from ``ProfileFilter/names``.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        let filter: ProfileFilter
        do throws(ProfileFaults) {
            filter = try ProfileFilter(parameters)
        } catch {
            return Envelope(error)
        }
        var list = ListAnswer(filter.page)
        let total = try store.list(company: company, filter) { list.add(.object($0.answer)) }
        return Envelope(
            success: "Profiles fetched successfully", list.data("profiles", total: total))
    }
}
