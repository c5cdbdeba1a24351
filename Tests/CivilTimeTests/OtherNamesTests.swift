import CivilTime
import Testing

/// Tests of names that people and other systems use for time zones.
@Suite struct OtherNamesTests {
    private func words(_ name: String) -> String {
        do throws(ZoneError) {
            return "is a zone: \(try system.zone(named: name).name)"
        } catch {
            return error.description.replacing("unknown time zone '\(name)'; ", with: "")
        }
    }

    @Test(arguments: [
        ("India Standard Time", "Asia/Kolkata"),
        ("india standard time", "Asia/Kolkata"),
        ("Eastern Standard Time", "America/New_York"),
        ("Eastern Daylight Time", "America/New_York"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Eastern Standard Time (Mexico)", "America/Cancun"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("GMT Standard Time", "Europe/London"),
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("Russia Time Zone 10", "Asia/Srednekolymsk"),
        ("FLE Standard Time", "Europe/Kyiv"),
    ])
    func suggestsTheZoneOfAWindowsName(name: String, zone: String) {
        #expect(words(name) == "did you mean '\(zone)'?")
    }

    @Test(arguments: [
        (
            "IST",
            "the abbreviation is ambiguous; use 'Asia/Kolkata' (India), 'Asia/Jerusalem' "
                + "(Israel) or 'Europe/Dublin' (Ireland)"
        ),
        (
            "bst",
            "the abbreviation is ambiguous; use 'Europe/London' (Britain) or 'Asia/Dhaka' "
                + "(Bangladesh)"
        ),
        ("JST", "did you mean 'Asia/Tokyo'?"),
        ("CEST", "did you mean 'Europe/Berlin'?"),
        ("EST", "is a zone: EST"),
        ("CET", "is a zone: CET"),
    ])
    func suggestsTheZonesOfAnAbbreviation(name: String, words: String) {
        #expect(self.words(name) == words)
    }

    @Test(arguments: [
        ("GMT+5", "UTC+05:00", "'Asia/Karachi', or 'Etc/GMT-5' (its sign is inverted)"),
        ("Etc/GMT+5:30", "UTC+05:30", "'Asia/Kolkata'"),
        ("UTC+5:30", "UTC+05:30", "'Asia/Kolkata'"),
        ("+05:30", "UTC+05:30", "'Asia/Kolkata'"),
        ("+0530", "UTC+05:30", "'Asia/Kolkata'"),
        ("utc +5:30", "UTC+05:30", "'Asia/Kolkata'"),
        (
            "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "UTC+05:30", "'Asia/Kolkata'"
        ),
        (
            "GMT-5", "UTC-05:00",
            "'America/New_York' (with daylight saving time) or 'America/Lima' (without), "
                + "or 'Etc/GMT+5' (its sign is inverted)"
        ),
        (
            "UTC−8", "UTC-08:00",
            "'America/Los_Angeles' (with daylight saving time) or 'Pacific/Pitcairn' "
                + "(without), or 'Etc/GMT+8' (its sign is inverted)"
        ),
    ])
    func suggestsACityForAnOffset(name: String, offset: String, cities: String) {
        #expect(words(name) == "for \(offset) use a city, such as \(cities)")
    }

    @Test(arguments: [("UTC+0", "UTC"), ("+00:00", "UTC"), ("UTC-00:00", "UTC")])
    func suggestsUTCForAZeroOffset(name: String, zone: String) {
        #expect(words(name) == "did you mean '\(zone)'?")
    }

    @Test func reportsAnOffsetWithoutCities() {
        #expect(words("+07:45") == "no known city uses UTC+07:45; use the name of a city")
    }

    @Test(arguments: -14...14)
    func zonesNamedAfterAnOffsetHaveThatOffset(hours: Int) throws {
        let name = (hours < 0 ? "UTC-" : "UTC+") + String(abs(hours))
        // In neither half of the year is it summer everywhere.
        let seasons = ["2027-01-15T12:00:00Z", "2027-07-15T12:00:00Z"].compactMap {
            Instant(rfc3339: $0)
        }
        for match in words(name).matches(of: /'([A-Z][A-Za-z]+\/[A-Za-z_+\-0-9]+)'/) {
            let zone = try system.zone(named: String(match.1))
            let offsets = seasons.map { zone.offset(at: $0).seconds }
            #expect(offsets.min() == hours * 3600, "\(name): \(zone.name)")
        }
    }

    @Test(arguments: ["GMT+15", "UTC+5:60", "UTC", "GMT0", "5", "Etc/GMT+5", "+VERSION", "UTC+5:3"])
    func doesNotTreatOtherNamesAsOffsets(name: String) {
        #expect(!words(name).hasPrefix("for UTC"))
    }

    @Test(arguments: [
        (
            "EST",
            "the zone is always UTC-05:00, without daylight saving time; use a city, such as "
                + "'America/New_York', if you mean a place"
        ),
        (
            "Etc/GMT+5",
            "the zone is always UTC-05:00; the sign in its name is inverted"
        ),
        ("Etc/GMT", nil), ("Etc/UTC", nil), ("America/New_York", nil), ("CET", nil),
        ("EST5EDT", nil),
    ])
    func misleadingZonesHaveACaution(name: String, caution: String?) throws {
        #expect(try system.zone(named: name).caution == caution)
    }
}
