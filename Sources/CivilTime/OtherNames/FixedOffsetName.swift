/// An offset from UTC where a time zone should be named: `GMT+5`, `UTC+5:30`, `+05:30`.
///
/// People count hours to the east with `+`, as ISO 8601 does. The names `Etc/GMT+5` of the tz
/// database count them to the west, as POSIX does, so that they are no spelling of the same.
struct FixedOffsetName: Hashable {
    /// Minutes east of UTC.
    let minutes: Int

    /// Nil when the name is no offset; Windows shows one before a list of cities.
    init?(_ name: String) {
        let pattern = /\(?(?:etc\/)?(?:utc|gmt|ut)? ?([+\-−])(\d{1,2})(?::?(\d{2}))?(?:\).*)?/
        guard let match = name.lowercased().wholeMatch(of: pattern), let hours = Int(match.2),
            let minutes = Int(match.3 ?? "0"), hours <= 14, minutes < 60
        else { return nil }
        let size = hours * 60 + minutes
        self.minutes = match.1 == "+" ? size : -size
    }

    /// Such as `UTC+05:30`.
    var description: String {
        "UTC" + ZoneOffset(seconds: minutes * 60, abbreviation: "").description
    }

    /// The name of the tz database for the same offset; only whole hours have one.
    var zone: String? {
        guard minutes % 60 == 0, minutes != 0, minutes >= -12 * 60 else { return nil }
        return "Etc/GMT" + (minutes > 0 ? "-" : "+") + String(abs(minutes / 60))
    }
}

extension ZoneDatabase {
    /// What to write in place of an offset, which knows nothing of summer time.
    func advice(for offset: FixedOffsetName) -> String {
        let cities = cities(at: offset)
        guard !cities.isEmpty else {
            return "no city's clocks are at \(offset.description); write the name of a city"
        }
        let fixed = offset.zone.map { ", or '\($0)', whose sign is the other way round" } ?? ""
        return "for \(offset.description) write a city, such as "
            + cities.joined(separator: " or ") + fixed
    }

    /// One city with summer time and one without, as far as there are such in the list.
    private func cities(at offset: FixedOffsetName) -> [String] {
        let zones = Self.cities.compactMap { try? zone(named: $0) }.filter {
            $0.latestRule.standard.seconds == offset.minutes * 60
        }
        let changing = zones.first { $0.latestRule.daylight != nil }
        let steady = zones.first { $0.latestRule.daylight == nil }
        guard let changing, let steady else {
            return [changing ?? steady].compactMap { $0.map { "'\($0.name)'" } }
        }
        return ["'\(changing.name)' (with summer time)", "'\(steady.name)' (without)"]
    }

    /// Well-known cities; where their clocks are is asked of the database.
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
