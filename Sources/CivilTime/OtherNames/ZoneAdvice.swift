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

/// The names of time zones in Windows, such as `India Standard Time`.
///
/// Each one is mapped to the zone of the tz database that Unicode's CLDR defines for territory 001
/// (world): https://github.com/unicode-org/cldr/blob/main/common/supplemental/windowsZones.xml.
enum WindowsZones {
    /// Returns the zone for a Windows name, or nil if there is none. Case is ignored.
    ///
    /// `Eastern Daylight Time` and `Eastern Time (US & Canada)` are treated as the same name.
    static func zone(_ name: String) -> String? {
        let name = name.lowercased().replacing(" (us & canada)", with: "")
        let kinds = ["standard time", "daylight time", "summer time", "time"].map { " " + $0 }
        // The suffix can be at the end, before a country, or absent.
        for kind in kinds where name.contains(kind) {
            if let zone = table[name.replacing(kind, with: "", maxReplacements: 1)] { return zone }
        }
        return name.contains(" time ") ? table[name] : nil
    }

    private static let table: [String: String] = {
        let pairs = text.split(separator: "\n").map { line in
            let parts = line.split(separator: "=").map(String.init)
            return (parts[0].lowercased(), parts[1])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    /// The names without the suffix `Standard Time`.
    private static let text = """
        Dateline=Etc/GMT+12
        Aleutian=America/Adak
        Hawaiian=Pacific/Honolulu
        Marquesas=Pacific/Marquesas
        Alaskan=America/Anchorage
        Pacific (Mexico)=America/Tijuana
        Pacific=America/Los_Angeles
        US Mountain=America/Phoenix
        Mountain (Mexico)=America/Mazatlan
        Mountain=America/Denver
        Yukon=America/Whitehorse
        Central America=America/Guatemala
        Central=America/Chicago
        Easter Island=Pacific/Easter
        Central (Mexico)=America/Mexico_City
        Canada Central=America/Regina
        SA Pacific=America/Bogota
        Eastern (Mexico)=America/Cancun
        Eastern=America/New_York
        Haiti=America/Port-au-Prince
        Cuba=America/Havana
        US Eastern=America/Indiana/Indianapolis
        Turks And Caicos=America/Grand_Turk
        Paraguay=America/Asuncion
        Atlantic=America/Halifax
        Venezuela=America/Caracas
        Central Brazilian=America/Cuiaba
        SA Western=America/La_Paz
        Pacific SA=America/Santiago
        Newfoundland=America/St_Johns
        Tocantins=America/Araguaina
        E. South America=America/Sao_Paulo
        SA Eastern=America/Cayenne
        Argentina=America/Argentina/Buenos_Aires
        Greenland=America/Nuuk
        Montevideo=America/Montevideo
        Magallanes=America/Punta_Arenas
        Saint Pierre=America/Miquelon
        Bahia=America/Bahia
        Azores=Atlantic/Azores
        Cape Verde=Atlantic/Cape_Verde
        GMT=Europe/London
        Greenwich=Atlantic/Reykjavik
        Sao Tome=Africa/Sao_Tome
        Morocco=Africa/Casablanca
        W. Europe=Europe/Berlin
        Central Europe=Europe/Budapest
        Romance=Europe/Paris
        Central European=Europe/Warsaw
        W. Central Africa=Africa/Lagos
        Jordan=Asia/Amman
        GTB=Europe/Bucharest
        Middle East=Asia/Beirut
        Egypt=Africa/Cairo
        E. Europe=Europe/Chisinau
        Syria=Asia/Damascus
        West Bank=Asia/Hebron
        South Africa=Africa/Johannesburg
        FLE=Europe/Kyiv
        Israel=Asia/Jerusalem
        South Sudan=Africa/Juba
        Kaliningrad=Europe/Kaliningrad
        Sudan=Africa/Khartoum
        Libya=Africa/Tripoli
        Namibia=Africa/Windhoek
        Arabic=Asia/Baghdad
        Turkey=Europe/Istanbul
        Arab=Asia/Riyadh
        Belarus=Europe/Minsk
        Russian=Europe/Moscow
        E. Africa=Africa/Nairobi
        Iran=Asia/Tehran
        Arabian=Asia/Dubai
        Astrakhan=Europe/Astrakhan
        Azerbaijan=Asia/Baku
        Russia Time Zone 3=Europe/Samara
        Mauritius=Indian/Mauritius
        Saratov=Europe/Saratov
        Georgian=Asia/Tbilisi
        Volgograd=Europe/Volgograd
        Caucasus=Asia/Yerevan
        Afghanistan=Asia/Kabul
        West Asia=Asia/Tashkent
        Ekaterinburg=Asia/Yekaterinburg
        Pakistan=Asia/Karachi
        Qyzylorda=Asia/Qyzylorda
        India=Asia/Kolkata
        Sri Lanka=Asia/Colombo
        Nepal=Asia/Kathmandu
        Central Asia=Asia/Bishkek
        Bangladesh=Asia/Dhaka
        Omsk=Asia/Omsk
        Myanmar=Asia/Yangon
        SE Asia=Asia/Bangkok
        Altai=Asia/Barnaul
        W. Mongolia=Asia/Hovd
        North Asia=Asia/Krasnoyarsk
        N. Central Asia=Asia/Novosibirsk
        Tomsk=Asia/Tomsk
        China=Asia/Shanghai
        North Asia East=Asia/Irkutsk
        Singapore=Asia/Singapore
        W. Australia=Australia/Perth
        Taipei=Asia/Taipei
        Ulaanbaatar=Asia/Ulaanbaatar
        Aus Central W.=Australia/Eucla
        Transbaikal=Asia/Chita
        Tokyo=Asia/Tokyo
        North Korea=Asia/Pyongyang
        Korea=Asia/Seoul
        Yakutsk=Asia/Yakutsk
        Cen. Australia=Australia/Adelaide
        AUS Central=Australia/Darwin
        E. Australia=Australia/Brisbane
        AUS Eastern=Australia/Sydney
        West Pacific=Pacific/Port_Moresby
        Tasmania=Australia/Hobart
        Vladivostok=Asia/Vladivostok
        Lord Howe=Australia/Lord_Howe
        Bougainville=Pacific/Bougainville
        Russia Time Zone 10=Asia/Srednekolymsk
        Magadan=Asia/Magadan
        Norfolk=Pacific/Norfolk
        Sakhalin=Asia/Sakhalin
        Central Pacific=Pacific/Guadalcanal
        Russia Time Zone 11=Asia/Kamchatka
        New Zealand=Pacific/Auckland
        Fiji=Pacific/Fiji
        Chatham Islands=Pacific/Chatham
        Tonga=Pacific/Tongatapu
        Samoa=Pacific/Apia
        Line Islands=Pacific/Kiritimati
        """
}
