import CivilTime

extension ObjectDecoder {
    /// Decodes the list `companies`. A duplicate key inside a company makes only that company
    /// invalid.
    mutating func companies(
        zones: ZoneDatabase, repetitions: [Diagnostic]
    ) -> (usable: [CompanySettings], invalidCompanies: [InvalidCompany]) {
        require("companies", "a list of companies, which may be empty")
        var cache = ZoneCache(zones)
        let entries = list("companies").map { place, value in
            var entry = CompanyEntry.read(value, at: place, zones: &cache)
            entry.diagnostics += repetitions.filter { $0.place.isInside(place) }
            return entry
        }
        let places = entries.map(\.place)
        absorb(
            repetitions.filter { diagnostic in !places.contains(where: diagnostic.place.isInside) })
        let checked = CompanyEntry.checkingSIDs(entries)
        return (checked.compactMap(\.usable), checked.compactMap(\.invalidCompany))
    }
}
