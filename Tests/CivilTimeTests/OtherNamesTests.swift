import CivilTime
import Testing

/// Names that people and other systems have for time zones.
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
    func aNameOfWindowsGetsItsZone(name: String, zone: String) {
        #expect(words(name) == "did you mean '\(zone)'?")
    }

    @Test(arguments: [
        (
            "IST",
            "it is short for several zones; write 'Asia/Kolkata' (India), 'Asia/Jerusalem' "
                + "(Israel) or 'Europe/Dublin' (Ireland)"
        ),
        (
            "bst",
            "it is short for several zones; write 'Europe/London' (Britain) or 'Asia/Dhaka' "
                + "(Bangladesh)"
        ),
        ("JST", "did you mean 'Asia/Tokyo'?"),
        ("CEST", "did you mean 'Europe/Berlin'?"),
        ("EST", "is a zone: EST"),
        ("CET", "is a zone: CET"),
    ])
    func anAbbreviationGetsTheZonesThatItMayMean(name: String, words: String) {
        #expect(self.words(name) == words)
    }

    @Test(arguments: [
        ("GMT+5", "UTC+05:00", "'Asia/Karachi', or 'Etc/GMT-5', whose sign is the other way round"),
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
            "'America/New_York' (with summer time) or 'America/Lima' (without), or 'Etc/GMT+5', "
                + "whose sign is the other way round"
        ),
        (
            "UTC−8", "UTC-08:00",
            "'America/Los_Angeles' (with summer time) or 'Pacific/Pitcairn' (without), or "
                + "'Etc/GMT+8', whose sign is the other way round"
        ),
    ])
    func anOffsetGetsACityThere(name: String, offset: String, cities: String) {
        #expect(words(name) == "for \(offset) write a city, such as \(cities)")
    }

    @Test(arguments: [("UTC+0", "UTC"), ("+00:00", "UTC"), ("UTC-00:00", "UTC")])
    func noOffsetAtAllIsUTC(name: String, zone: String) {
        #expect(words(name) == "did you mean '\(zone)'?")
    }

    @Test func anOffsetWhereNoCityIsSaysSo() {
        #expect(words("+07:45") == "no city's clocks are at UTC+07:45; write the name of a city")
    }

    @Test(arguments: -14...14)
    func everyZoneNamedForAnOffsetHasIt(hours: Int) throws {
        let name = (hours < 0 ? "UTC-" : "UTC+") + String(abs(hours))
        // Neither half of the year has summer time everywhere.
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
    func whatIsNoOffsetIsNotTakenForOne(name: String) {
        #expect(!words(name).hasPrefix("for UTC"))
    }

    @Test(arguments: [
        (
            "EST",
            "its clocks are at UTC-05:00 all year, without summer time; write a city, such as "
                + "'America/New_York', if you mean a place"
        ),
        (
            "Etc/GMT+5",
            "its clocks are at UTC-05:00 all year: the sign in its name is the other way round"
        ),
        ("Etc/GMT", nil), ("Etc/UTC", nil), ("America/New_York", nil), ("CET", nil),
        ("EST5EDT", nil),
    ])
    func aZoneThatIsNotWhatItLooksLikeHasACaution(name: String, caution: String?) throws {
        #expect(try system.zone(named: name).caution == caution)
    }
}
