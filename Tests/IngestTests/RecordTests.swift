import Testing

@Suite struct RecordTests {
    /// Returns a line with `fields` after the three required ones.
    private func line(_ fields: String, finishedAt: String = "1767225600") -> String {
        #"{"callback_id":"c1","company":"H1","finished_at":\#(finishedAt),\#(fields)}"#
    }

    private let start = "H1/c1#1 2026-01-01T00:00:00Z"

    @Test func everyFieldIsParsed() {
        let fields = """
            "attempt":3,"outcome":"retrying","status":503,"error":"http_5xx","profile_id":"IN_1",\
            "channel":"sms","event":"delivered","method":"POST","url":"https://a.example/x?y",\
            "duration_ms":12.5,"more":[1,{"a":null}]
            """
        let expected = """
            H1/c1#3 2026-01-01T00:00:00Z retrying http_5xx status 503 profile IN_1 channel sms \
            event delivered method POST https://a.example ms 13
            """
        #expect(outcome(of: line(fields)) == expected)
    }

    @Test(arguments: [
        (#""status":200"#, "delivered status 200"),
        (#""status":299"#, "delivered status 299"),
        (#""status":199"#, "failed other status 199"),
        (#""status":301"#, "failed http_3xx status 301"),
        (#""status":404"#, "failed http_4xx status 404"),
        (#""status":500"#, "failed http_5xx status 500"),
        (#""status":404.0"#, "failed http_4xx status 404"),
        (#""error":"timeout""#, "failed timeout"),
        (#""error":"it broke""#, "failed other"),
        (#""error":"tls","status":404"#, "failed tls status 404"),
        (#""error":"Not Found","status":404"#, "failed http_4xx status 404"),
        (#""error":"Service Unavailable","status":503"#, "failed http_5xx status 503"),
        (#""error":"moved","status":302"#, "failed http_3xx status 302"),
        (#""error":"other","status":503"#, "failed other status 503"),
        (#""error":"cut off","status":200,"outcome":"failed""#, "failed other status 200"),
        (#""error":"gave up","status":500,"outcome":"retrying""#, "retrying http_5xx status 500"),
        (#""error":"tls","status":204"#, "delivered status 204"),
        (#""outcome":"delivered""#, "delivered"),
        (#""outcome":"delivered","status":500,"error":"dns""#, "delivered status 500"),
        (#""outcome":"failed""#, "failed other"),
        (#""outcome":"failed","status":200"#, "failed other status 200"),
        (#""outcome":"retrying","status":429"#, "retrying http_4xx status 429"),
        (#""outcome":null,"status":200,"error":null"#, "delivered status 200"),
    ])
    func outcomeAndReasonFollowTable(fields: String, expected: String) {
        #expect(outcome(of: line(fields)) == "\(start) \(expected)")
    }

    @Test(arguments: [
        ("1767225600", "2026-01-01T00:00:00Z"),
        ("1767225600.9996", "2026-01-01T00:00:00.999Z"),
        ("1767225600.001", "2026-01-01T00:00:00.001Z"),
        ("1767225600123", "2026-01-01T00:00:00.123Z"),
        ("1.767225600e9", "2026-01-01T00:00:00Z"),
        ("0", "1970-01-01T00:00:00Z"),
        ("1.001", "1970-01-01T00:00:01.001Z"),
        ("99999999999", "5138-11-16T09:46:39Z"),
        ("100000000000", "1973-03-03T09:46:40Z"),
        ("253402300799999", "9999-12-31T23:59:59.999Z"),
        (#""2026-01-01T05:30:00.25+05:30""#, "2026-01-01T00:00:00.250Z"),
        (#""9999-12-31T23:59:59Z""#, "9999-12-31T23:59:59Z"),
    ])
    func timesAreRFC3339OrUnixTime(written: String, expected: String) {
        let line = line(#""status":200"#, finishedAt: written)
        #expect(outcome(of: line) == "H1/c1#1 \(expected) delivered status 200")
    }

    @Test(arguments: [
        (#""status":500,"status":200"#, "delivered status 200"),
        (#""status":200,"status":null,"error":"dns""#, "failed dns"),
        (#""status":{"a":1},"status":404"#, "failed http_4xx status 404"),
        (#""status":500,"\u0073tatus":200"#, "delivered status 200"),
        (#""status":200,"duration_ms":1,"duration_ms":900"#, "delivered status 200 ms 900"),
    ])
    func lastValueOfDuplicateFieldCounts(fields: String, expected: String) {
        #expect(outcome(of: line(fields)) == "\(start) \(expected)")
    }

    @Test func shortenedNumberIsRejectedInJSONToo() {
        let found = outcome(of: line(#""status":200,"profile_id":"1.17593E+18""#))
        let words =
            "'1.17593E+18' was shortened by a spreadsheet and has lost digits; export the column as text"
        #expect(found == "profile_id: \(words)")
    }

    @Test func unpairedSurrogateIsAccepted() {
        let found = outcome(of: line(#""status":200,"event":"cut \ud83d""#))
        #expect(found == "\(start) delivered status 200 event cut \u{FFFD}")
    }

    @Test(arguments: ["", "  \r\n", "\n", "\u{FEFF}\n"])
    func emptyLinesAreIgnored(line: String) {
        #expect(outcome(of: line) == "nothing")
    }

    @Test(arguments: ["\u{FEFF}%", "  %  ", "%\r\n", "%\n"])
    func spaceAroundObjectIsIgnored(pattern: String) {
        let line = pattern.split(separator: "%", omittingEmptySubsequences: false)
            .joined(separator: line(#""status":200"#))
        #expect(outcome(of: line) == "\(start) delivered status 200")
    }
}
