package import CivilTime
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
        zones: ZoneDatabase, directory: String, repetitions: [Diagnostic]
    ) -> (usable: [CompanySettings], invalidCompanies: [InvalidCompany]) {
        require("companies", "a list of companies, which may be empty")
        var cache = ZoneCache(zones)
        let entries = list("companies").map { place, value in
            var entry = CompanyEntry.read(value, at: place, zones: &cache, directory: directory)
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

extension CompanyEntry {
    static func read(
        _ value: JSON5Value, at place: ValuePath, zones: inout ZoneCache, directory: String
    ) -> CompanyEntry {
        var section = ObjectDecoder(
            value, at: place,
            keys: ["sid", "name", "timeZone", "profiles", "callbackReport", "alerts"])
        let sid = section.required("sid", "the company's SID", StringFormats.line)
        let name = section.text("name", StringFormats.line)
        let zone = section.zone("timeZone", zones: &zones)
        let titles = section.titles("profiles")
        let (enabled, reports) = section.reports(in: zone ?? .utc, directory: directory)
        let alerts = section.alerts(directory: directory)
        var settings: CompanySettings?
        if let sid, let zone {
            settings = CompanySettings(
                sid: sid, name: name ?? sid, zone: zone, titles: titles, enabled: enabled,
                reports: reports, alerts: alerts)
        }
        return CompanyEntry(
            place: place, sid: sid, settings: settings, diagnostics: section.diagnostics)
    }
}

extension ObjectDecoder {
    fileprivate mutating func zone(_ key: String, zones: inout ZoneCache) -> TimeZoneRules? {
        required(key, "a time zone such as 'Asia/Kolkata'") { name throws(Problem) in
            try zones.zone(named: name)
        }
    }

    /// Decodes an object of IDs and titles. The set of IDs is not known in advance.
    fileprivate mutating func titles(_ key: String) -> [String: String] {
        guard case .object(let members)? = value(key) else {
            if let other = value(key) {
                let expected = "an object that maps profile IDs to titles"
                report(.type(expected: expected, found: other.summary), at: key)
            }
            return [:]
        }
        var section = ObjectDecoder(.object(members), at: place.key(key), keys: Array(members.keys))
        var titles: [String: String] = [:]
        for id in members.keys.sorted() { titles[id] = section.text(id, StringFormats.line) }
        absorb(section.diagnostics)
        return titles
    }

    /// Decodes the object `callbackReport`. A company without it gets no reports.
    fileprivate mutating func reports(
        in zone: TimeZoneRules, directory: String
    ) -> (enabled: Bool, reports: [ReportSettings]) {
        let keys = ["enabled"] + Frequency.allCases.map(\.rawValue)
        guard var section = section("callbackReport", keys: keys) else { return (false, []) }
        let enabled = section.boolean("enabled") ?? true
        let reports = Frequency.allCases.compactMap {
            section.report($0, in: zone, directory: directory)
        }
        absorb(section.diagnostics)
        return (enabled, reports)
    }
}

/// Caches the time zones of a configuration, so that each is read only once.
///
/// The database itself does not cache. For an unknown name it searches all its files for the
/// nearest name.
struct ZoneCache {
    private let database: ZoneDatabase
    private var answers: [String: Result<TimeZoneRules, Problem>] = [:]

    init(_ database: ZoneDatabase) {
        self.database = database
    }

    mutating func zone(named name: String) throws(Problem) -> TimeZoneRules {
        if let answer = answers[name] { return try answer.get() }
        let answer = ask(name)
        answers[name] = answer
        return try answer.get()
    }

    private func ask(_ name: String) -> Result<TimeZoneRules, Problem> {
        let malformed = Problem.form(name, expected: "a time zone such as 'Asia/Kolkata'")
        guard name.utf8.count <= 100 else { return .failure(malformed) }
        do throws(ZoneError) {
            return .success(try database.zone(named: name))
        } catch {
            switch error {
            case .unknown(let name, let nearest):
                return .failure(.unknownZone(name, nearest: nearest))
            case .otherName(let name, let advice):
                return .failure(.otherZoneName(name, advice: advice))
            case .malformedName: return .failure(malformed)
            default: return .failure(.refused(error.description))
            }
        }
    }
}

extension ZoneDatabase {
    /// Opens the database in the directory of `TZDIR`, or the database of the system.
    package init(environment: [String: String]) {
        let named = environment["TZDIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.init(directory: named ?? "/usr/share/zoneinfo")
    }
}
