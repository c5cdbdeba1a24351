extension TimeZoneRules {
    /// What somebody may not expect of a zone with this name; nil when there is no such thing.
    package var caution: String? {
        let offset = "UTC" + latestRule.standard.description
        if let city = Self.citiesOfFixedZones[name] {
            return "its clocks are at \(offset) all year, without summer time; "
                + "write a city, such as '\(city)', if you mean a place"
        }
        guard name.hasPrefix("Etc/GMT"), name.contains(where: { "+-".contains($0) }) else {
            return nil
        }
        return "its clocks are at \(offset) all year: the sign in its name is the other way round"
    }

    /// Names of old for American time, which look like those with summer time.
    private static let citiesOfFixedZones = [
        "EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu",
    ]
}
