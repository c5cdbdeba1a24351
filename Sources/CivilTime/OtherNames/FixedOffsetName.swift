/// A UTC offset that was given instead of a time zone: `GMT+5`, `UTC+5:30`, `+05:30`.
///
/// People write `+` for hours east of UTC, as in ISO 8601. The tz database's names such as
/// `Etc/GMT+5` have the opposite sign, as in POSIX, so they are not alternative spellings.
struct FixedOffsetName: Hashable {
    /// The minutes east of UTC.
    let minutes: Int

    /// Returns nil if the name is not an offset. Windows shows offsets before a list of cities.
    init?(_ name: String) {
        let pattern = /\(?(?:etc\/)?(?:utc|gmt|ut)? ?([+\-−])(\d{1,2})(?::?(\d{2}))?(?:\).*)?/
        guard let match = name.lowercased().wholeMatch(of: pattern), let hours = Int(match.2),
            let minutes = Int(match.3 ?? "0"), hours <= 14, minutes < 60
        else { return nil }
        let size = hours * 60 + minutes
        self.minutes = match.1 == "+" ? size : -size
    }

    /// The offset as text, such as `UTC+05:30`.
    var description: String {
        "UTC" + ZoneOffset(seconds: minutes * 60, abbreviation: "").description
    }

    /// The tz database's name for the offset. Only whole hours have one.
    var zone: String? {
        guard minutes % 60 == 0, minutes != 0, minutes >= -12 * 60 else { return nil }
        return "Etc/GMT" + (minutes > 0 ? "-" : "+") + String(abs(minutes / 60))
    }
}

extension ZoneDatabase {
    /// Returns the zones to use instead of an offset, which does not define daylight saving time.
    func advice(for offset: FixedOffsetName) -> String {
        let cities = cities(at: offset)
        guard !cities.isEmpty else {
            return "no known city uses \(offset.description); use the name of a city"
        }
        let fixedOffset = offset.zone.map { ", or '\($0)' (its sign is inverted)" } ?? ""
        return "for \(offset.description) use a city, such as "
            + cities.joined(separator: " or ") + fixedOffset
    }

    /// Returns one city with daylight saving time and one without, if there are such cities.
    private func cities(at offset: FixedOffsetName) -> [String] {
        let zones = Self.cities.compactMap { try? zone(named: $0) }.filter {
            $0.latestRule.standard.seconds == offset.minutes * 60
        }
        let changing = zones.first { $0.latestRule.daylight != nil }
        let fixedZone = zones.first { $0.latestRule.daylight == nil }
        guard let changing, let fixedZone else {
            return [changing ?? fixedZone].compactMap { $0.map { "'\($0.name)'" } }
        }
        return ["'\(changing.name)' (with daylight saving time)", "'\(fixedZone.name)' (without)"]
    }

    /// Well-known cities. Their offsets are looked up in the database.
    private static let cities = [
        "Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Anchorage",
        "Pacific/Gambier", "America/Los_Angeles", "Pacific/Pitcairn", "America/Denver",
        "America/Phoenix", "America/Chicago", "America/Mexico_City", "America/New_York",
        "America/Lima", "America/Halifax", "America/Puerto_Rico", "America/St_Johns",
        "America/Sao_Paulo", "America/Noronha", "Atlantic/Azores", "Atlantic/Cape_Verde",
        "Europe/Berlin", "Africa/Lagos", "Europe/Athens", "Africa/Johannesburg",
        "Europe/Istanbul", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi",
        "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok",
        "Asia/Singapore", "Australia/Eucla", "Asia/Tokyo", "Australia/Adelaide",
        "Australia/Darwin", "Australia/Sydney", "Australia/Brisbane", "Australia/Lord_Howe",
        "Pacific/Noumea", "Pacific/Auckland", "Pacific/Fiji", "Pacific/Chatham",
        "Pacific/Tongatapu", "Pacific/Kiritimati",
    ]
}
