extension ZoneDatabase {
    /// Returns the error for an unknown name, with a suggestion.
    func unknown(_ name: String, among names: [String]) -> ZoneError {
        if let offset = FixedOffsetName(name) {
            if offset.minutes == 0 { return .unknown(name: name, nearest: "UTC") }
            return .otherName(name, advice: advice(for: offset))
        }
        let meanings = ZoneAbbreviations.meanings(of: name).filter { names.contains($0.zone) }
        if meanings.count > 1 { return .otherName(name, advice: Self.advice(for: meanings)) }
        let known = meanings.first?.zone ?? WindowsZones.zone(name)
        let nearest = known.flatMap { names.contains($0) ? $0 : nil }
        return .unknown(name: name, nearest: nearest ?? self.nearest(to: name, among: names))
    }

    private static func advice(for meanings: [ZoneAbbreviations.Meaning]) -> String {
        let choices = meanings.map { "'\($0.zone)' (\($0.place))" }
        return "the abbreviation is ambiguous; use "
            + choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
    }
}

extension TimeZoneRules {
    /// A warning if the zone differs from what its name suggests, or nil.
    package var caution: String? {
        let offset = "UTC" + latestRule.standard.description
        if let city = Self.citiesOfFixedZones[name] {
            return "the zone is always \(offset), without daylight saving time; "
                + "use a city, such as '\(city)', if you mean a place"
        }
        guard name.hasPrefix("Etc/GMT"), name.contains(where: { "+-".contains($0) }) else {
            return nil
        }
        return "the zone is always \(offset); the sign in its name is inverted"
    }

    /// Legacy names for American time that look like zones with daylight saving time.
    private static let citiesOfFixedZones = [
        "EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu",
    ]
}
