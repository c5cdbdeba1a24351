import CivilTime
import JSON

/// A decoded element of `companies` with its errors.
struct CompanyEntry {
    let place: ValuePath
    let sid: String?
    /// Nil if there was an error.
    let settings: CompanySettings?
    var diagnostics: [Diagnostic]

    var usable: CompanySettings? { diagnostics.isEmpty ? settings : nil }

    var invalidCompany: InvalidCompany? {
        diagnostics.isEmpty ? nil : InvalidCompany(sid: sid, diagnostics: diagnostics)
    }

    /// Adds the errors that depend on all entries, which are duplicate sids.
    ///
    /// It is unknown which of the companies is meant, so all of them are invalid.
    static func checkingSIDs(_ entries: [CompanyEntry]) -> [CompanyEntry] {
        let bySID = Dictionary(grouping: entries.filter { $0.sid != nil }, by: \.sid)
        return entries.map { entry in
            guard let sid = entry.sid else { return entry }
            let other = bySID[sid]?.first { $0.place != entry.place }
            return other.map { entry.sharing(sid, with: $0.place) } ?? entry
        }
    }

    private func sharing(_ sid: String, with other: ValuePath) -> CompanyEntry {
        var entry = self
        let problem = Problem.sharedSID(sid, with: other.text)
        entry.diagnostics.append(Diagnostic(place: place.key("sid"), problem: problem))
        return entry
    }
}

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
