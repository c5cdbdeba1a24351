/// One element of `companies`: what could be read of it, and its mistakes.
struct CompanyEntry {
    let place: ConfigurationPath
    let sid: String?
    /// Nil when there was a mistake.
    let settings: CompanySettings?
    var mistakes: [Diagnostic]

    var usable: CompanySettings? { mistakes.isEmpty ? settings : nil }

    var invalidCompanies: InvalidCompany? {
        mistakes.isEmpty ? nil : InvalidCompany(sid: sid, mistakes: mistakes)
    }

    /// Adds what only shows when all are seen: a sid that several have.
    ///
    /// Nothing tells which of them is meant, so all of them are held up.
    static func judged(_ entries: [CompanyEntry]) -> [CompanyEntry] {
        let bySID = Dictionary(grouping: entries.filter { $0.sid != nil }, by: \.sid)
        return entries.map { entry in
            guard let sid = entry.sid else { return entry }
            let other = bySID[sid]?.first { $0.place != entry.place }
            return other.map { entry.sharing(sid, with: $0.place) } ?? entry
        }
    }

    private func sharing(_ sid: String, with other: ConfigurationPath) -> CompanyEntry {
        var entry = self
        let problem = Problem.sharedSID(sid, with: other.text)
        entry.mistakes.append(Diagnostic(place: place.key("sid"), problem: problem))
        return entry
    }
}
