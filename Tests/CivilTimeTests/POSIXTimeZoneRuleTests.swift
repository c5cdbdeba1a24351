import CivilTime
import Testing

@Suite struct POSIXTimeZoneRuleTests {
    /// Each rule with an instant, and the expected local time, abbreviation and flag.
    @Test(arguments: [
        ("<+03>-3", "2050-07-01T12:00:00Z", "15:00:00+03:00 +03"),
        ("<-0330>3:30", "2050-07-01T12:00:00Z", "08:30:00-03:30 -0330"),
        ("ABC-5:45:30", "2050-07-01T12:00:00Z", "17:45:00+05:45 ABC"),
        // The default offset is one hour ahead, and the default time is 02:00.
        ("AAA0BBB,M3.2.0,M11.1.0", "2026-03-08T01:59:59Z", "01:59:59+00:00 AAA"),
        ("AAA0BBB,M3.2.0,M11.1.0", "2026-03-08T02:00:00Z", "03:00:00+01:00 BBB dst"),
        ("AAA0BBB,M3.2.0,M11.1.0", "2026-11-01T00:59:59Z", "01:59:59+01:00 BBB dst"),
        ("AAA0BBB,M3.2.0,M11.1.0", "2026-11-01T01:00:00Z", "01:00:00+00:00 AAA"),
        // Week 5 is the last one, even in a month with only four.
        ("AAA0BBB,M2.5.6/0,M11.1.0", "2026-02-28T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,M2.5.6/0,M11.1.0", "2026-02-27T23:59:59Z", "23:59:59+00:00 AAA"),
        ("AAA0BBB,M2.5.0/0,M11.1.0", "2026-02-22T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,M2.5.0/0,M11.1.0", "2026-02-21T23:59:59Z", "23:59:59+00:00 AAA"),
        // In the southern hemisphere, daylight saving time spans the new year.
        ("AAA-10BBB,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", "11:00:00+11:00 BBB dst"),
        ("AAA-10BBB,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z", "10:00:00+10:00 AAA"),
        // J60 is March 1 in every year; 59 is February 29 in a leap year.
        ("AAA0BBB,J60/0,J300", "2028-02-29T23:59:59Z", "23:59:59+00:00 AAA"),
        ("AAA0BBB,J60/0,J300", "2028-03-01T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,J60/0,J300", "2027-03-01T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,J59/0,J300", "2028-02-28T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,59/0,300", "2028-02-29T00:00:00Z", "01:00:00+01:00 BBB dst"),
        ("AAA0BBB,59/0,300", "2027-03-01T00:00:00Z", "01:00:00+01:00 BBB dst"),
        // Nuuk: before midnight of the day. RFC 9636 allows -167 to 167 hours.
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", "22:59:59-02:00 -02"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", "00:00:00-01:00 -01 dst"),
        ("AAA0BBB,M3.4.4/50,M10.4.4/50", "2026-03-28T02:00:00Z", "03:00:00+01:00 BBB dst"),
        ("AAA0BBB,M3.4.4/50,M10.4.4/50", "2026-03-28T01:59:59Z", "01:59:59+00:00 AAA"),
        ("AAA0BBB,J365/167,J100", "2026-01-06T23:00:00Z", "00:00:00+01:00 BBB dst"),
        ("AAA0BBB,J365/167,J100", "2026-01-06T22:59:59Z", "22:59:59+00:00 AAA"),
        ("AAA0BBB,J1/-167,J100", "2026-12-25T01:00:00Z", "02:00:00+01:00 BBB dst"),
        ("AAA0BBB,J1/-167,J100", "2026-12-25T00:59:59Z", "00:59:59+00:00 AAA"),
        // Both transitions of a year are in the next year: on its second day, the previous year's
        // rule applies.
        ("AAA0BBB,J365/167,J364/167", "2026-01-02T00:00:00Z", "01:00:00+01:00 BBB dst"),
        // Dublin: the flag is set in winter.
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01T12:00:00Z", "12:00:00+00:00 GMT dst"),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-07-01T12:00:00Z", "13:00:00+01:00 IST"),
        // Daylight saving time all year: the two examples of RFC 9636 section 3.3.2.
        ("EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", "01:00:00-04:00 EDT dst"),
        ("EST5EDT,0/0,J365/25", "2026-12-31T23:59:59Z", "19:59:59-04:00 EDT dst"),
        ("EST5EDT,0/0,J365/25", "2026-07-01T00:00:00Z", "20:00:00-04:00 EDT dst"),
        ("XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", "23:00:00-04:00 EDT dst"),
        ("XXX3EDT4,0/0,J365/23", "2026-07-01T00:00:00Z", "20:00:00-04:00 EDT dst"),
    ])
    func ruleDeterminesTheLocalTime(rule: String, instant: String, expected: String) throws {
        let zone = try TimeZoneRules(footer: rule)
        let instant = try utc(instant)
        let offset = zone.offset(at: instant)
        let local = instant.rfc3339(in: zone).drop { $0 != "T" }.dropFirst()
        #expect("\(local) \(offset.abbreviation)\(offset.isDaylight ? " dst" : "")" == expected)
    }

    @Test(arguments: [
        "CET", "CE-1", "-1", "CET-25", "CET-1:60", "CET-1:00:60", "CET-1CEST", "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M3.5.0,M10.5.0/168",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,J0,J100",
        "CET-1CEST,J366,J100", "CET-1CEST,366,100", "CET-1CEST,M3.5.0,M10.5.0x", "<CET-1", "<>-1",
        "C3T-1", "<C T>-1", "CET-1 ", "CET--1", "CET-1000", ":Europe/Berlin",
    ])
    func reportsMalformedRules(rule: String) {
        #expect(throws: TZifError.wrongFooter(rule)) { try TimeZoneRules(footer: rule) }
    }

    @Test func nextTransitionCanBelongToTheYearAfterNext() throws {
        let zone = try TimeZoneRules(footer: "AAA0BBB,J1/-167,J2/-167")
        let next = zone.transition(after: try utc("2026-12-30T00:00:00Z"))
        #expect(next?.rfc3339 == "2027-12-25T01:00:00Z")
    }

    @Test func ruleAppliesAfterTheLastTransitionOfTheTable() throws {
        // According to the table, CEST starts at the beginning of 2026. According to the rule, it
        // would start in March.
        let start = try utc("2026-01-01T00:00:00Z")
        let zone = try TimeZoneRules(
            name: "Test",
            tzif: TZifBuilder(
                times: [start.seconds - 100, start.seconds], kinds: [0, 1],
                types: [(3600, 0, 0), (7200, 1, 4)],
                footer: "\nCET-1CEST,M3.5.0,M10.5.0/3\n"
            ).bytes)
        #expect(zone.offset(at: start.advanced(seconds: -1)).abbreviation == "CET")
        #expect(zone.transition(after: start.advanced(seconds: -1)) == start)
        #expect(zone.transition(after: start)?.rfc3339 == "2026-03-29T01:00:00Z")
    }
}
