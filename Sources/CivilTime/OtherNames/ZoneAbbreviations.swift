/// Colloquial time zone abbreviations such as `IST`, which are not names in the tz database.
enum ZoneAbbreviations {
    /// A possible meaning of an abbreviation: the zone and its place.
    struct Meaning: Sendable {
        let zone: String
        let place: String
    }

    /// Returns the zones that a name may mean. Empty if the abbreviation is unknown.
    static func meanings(of name: String) -> [Meaning] {
        table[name.uppercased()] ?? []
    }

    private static let table: [String: [Meaning]] = {
        var table: [String: [Meaning]] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            table[parts[0], default: []].append(Meaning(zone: parts[1], place: parts[2]))
        }
        return table
    }()

    /// Abbreviation, zone and place, most likely first.
    private static let text = """
        IST Asia/Kolkata India
        IST Asia/Jerusalem Israel
        IST Europe/Dublin Ireland
        CST America/Chicago North America
        CST Asia/Shanghai China
        CST America/Havana Cuba
        BST Europe/London Britain
        BST Asia/Dhaka Bangladesh
        AST America/Halifax Canada
        AST Asia/Riyadh Arabia
        GST Asia/Dubai the Gulf
        GST Atlantic/South_Georgia South Georgia
        ET America/New_York North America
        EDT America/New_York North America
        CT America/Chicago North America
        CDT America/Chicago North America
        CDT America/Havana Cuba
        MT America/Denver North America
        MDT America/Denver North America
        PT America/Los_Angeles North America
        PST America/Los_Angeles North America
        PST Asia/Manila the Philippines
        PDT America/Los_Angeles North America
        AKST America/Anchorage Alaska
        AKDT America/Anchorage Alaska
        ADT America/Halifax Canada
        NST America/St_Johns Newfoundland
        NDT America/St_Johns Newfoundland
        BRT America/Sao_Paulo Brazil
        ART America/Argentina/Buenos_Aires Argentina
        CLT America/Santiago Chile
        CLST America/Santiago Chile
        COT America/Bogota Colombia
        PET America/Lima Peru
        VET America/Caracas Venezuela
        CEST Europe/Berlin Central Europe
        EEST Europe/Athens Eastern Europe
        WEST Europe/Lisbon Western Europe
        MSK Europe/Moscow Russia
        TRT Europe/Istanbul Turkey
        SAST Africa/Johannesburg South Africa
        EAT Africa/Nairobi East Africa
        WAT Africa/Lagos West Africa
        CAT Africa/Maputo Central Africa
        IDT Asia/Jerusalem Israel
        PKT Asia/Karachi Pakistan
        NPT Asia/Kathmandu Nepal
        BDT Asia/Dhaka Bangladesh
        ICT Asia/Bangkok Indochina
        WIB Asia/Jakarta Indonesia
        SGT Asia/Singapore Singapore
        MYT Asia/Kuala_Lumpur Malaysia
        PHT Asia/Manila the Philippines
        HKT Asia/Hong_Kong Hong Kong
        JST Asia/Tokyo Japan
        KST Asia/Seoul Korea
        AWST Australia/Perth Western Australia
        ACST Australia/Darwin the Northern Territory
        ACST Australia/Adelaide South Australia
        ACDT Australia/Adelaide South Australia
        AEST Australia/Sydney New South Wales
        AEST Australia/Brisbane Queensland
        AEDT Australia/Sydney New South Wales
        NZST Pacific/Auckland New Zealand
        NZDT Pacific/Auckland New Zealand
        """
}
