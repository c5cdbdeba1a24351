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
