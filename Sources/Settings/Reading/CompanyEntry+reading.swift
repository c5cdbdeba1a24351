import CivilTime
import JSON

extension CompanyEntry {
    static func read(_ value: JSON5Value, at place: ValuePath, zones: inout ZoneCache)
        -> CompanyEntry
    {
        var section = ObjectDecoder(
            value, at: place, keys: ["sid", "name", "timeZone", "profiles", "callbackReport"])
        let sid = section.required("sid", "the company's SID", StringFormats.line)
        let name = section.text("name", StringFormats.line)
        let zone = section.zone("timeZone", zones: &zones)
        let titles = section.titles("profiles")
        let (enabled, reports) = section.reports(in: zone ?? .utc)
        var settings: CompanySettings?
        if let sid, let zone {
            settings = CompanySettings(
                sid: sid, name: name ?? sid, zone: zone, titles: titles, enabled: enabled,
                reports: reports)
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
        in zone: TimeZoneRules
    ) -> (enabled: Bool, reports: [ReportSettings]) {
        let keys = ["enabled"] + Frequency.allCases.map(\.rawValue)
        guard var section = section("callbackReport", keys: keys) else { return (false, []) }
        let enabled = section.boolean("enabled") ?? true
        let reports = Frequency.allCases.compactMap { section.report($0, in: zone) }
        absorb(section.diagnostics)
        return (enabled, reports)
    }
}
