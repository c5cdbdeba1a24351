import CivilTime
import Scheduling

extension CompanyEntry {
    static func read(_ value: JSON5Value, at place: Place, zones: inout ZoneCache) -> CompanyEntry {
        var section = Section(
            value, at: place, keys: ["sid", "name", "timeZone", "callbackReport"])
        let sid = section.required("sid", "the company's id", Forms.line)
        let name = section.text("name", Forms.line)
        let zone = section.zone("timeZone", zones: &zones)
        let (enabled, reports) = section.reports(in: zone ?? .utc)
        var settings: CompanySettings?
        if let sid, let zone {
            settings = CompanySettings(
                sid: sid, name: name ?? sid, zone: zone, enabled: enabled, reports: reports)
        }
        return CompanyEntry(place: place, sid: sid, settings: settings, mistakes: section.mistakes)
    }
}

extension Section {
    fileprivate mutating func zone(_ key: String, zones: inout ZoneCache) -> TimeZoneRules? {
        required(key, "a time zone such as 'Asia/Kolkata'") { name throws(Problem) in
            try zones.zone(named: name)
        }
    }

    /// The object `callbackReport`; a company without it gets no reports.
    fileprivate mutating func reports(
        in zone: TimeZoneRules
    ) -> (enabled: Bool, reports: [ReportSettings]) {
        let keys = ["enabled"] + Frequency.allCases.map(\.rawValue)
        guard var section = section("callbackReport", keys: keys) else { return (false, []) }
        let enabled = section.boolean("enabled") ?? true
        let reports = Frequency.allCases.compactMap { section.report($0, in: zone) }
        absorb(section.mistakes)
        return (enabled, reports)
    }
}
