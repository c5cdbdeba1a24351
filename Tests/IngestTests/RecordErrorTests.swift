import Testing

@testable import Ingest

@Suite struct RecordErrorTests {
    @Test(arguments: [
        (#"{"company":"H1","finished_at":1,"status":200}"#, "callback_id is missing"),
        (#"{"callback_id":"c","company":null,"finished_at":1}"#, "company is missing"),
        (#"{"callback_id":"c","company":"H1","status":200}"#, "finished_at is missing"),
        (
            #"{"callback_id":"c","company":"H1","finished_at":1}"#,
            "one of status, outcome and error is required"
        ),
        ("[1]", "not a JSON object"),
        ("7", "not a JSON object"),
        ("callback_id,company", "not JSON"),
        (#"{"callback_id":"c""#, "not JSON"),
        (#"{"callback_id":"c"} {}"#, "not JSON"),
    ])
    func invalidLineIsReported(line: String, expected: String) {
        #expect(outcome(of: line) == expected)
    }

    @Test(arguments: [
        ("callback_id", "42", "42"), ("callback_id", #""""#, "''"),
        ("callback_id", #""a\u0000b""#, #"'a\0b'"#),
        ("callback_id", #""a\u0085""#, #"'a\u{0085}'"#),
        ("company", "true", "true"), ("company", "1.5", "1.5"),
        ("channel", #""a\nb""#, #"'a\nb'"#), ("event", #""\u001b[2J""#, #"'\u{1B}[2J'"#),
        ("profile_id", "[]", "an object, an array or a number out of range"),
    ])
    func textMustBeShortWithoutControlCharacters(field: String, value: String, shown: String) {
        let rule = "is not a string of 1 to 200 bytes without control characters"
        #expect(outcome(of: line(field, value)) == "\(field): \(shown) \(rule)")
    }

    @Test(arguments: [
        ("finished_at", #""yesterday""#, "'yesterday' is neither an RFC 3339 time nor a Unix time"),
        (
            "finished_at", #""1767225600""#,
            "'1767225600' is neither an RFC 3339 time nor a Unix time"
        ),
        ("finished_at", "false", "false is neither an RFC 3339 time nor a Unix time"),
        ("finished_at", "-1", "-1 is outside the years 1970 to 9999"),
        ("finished_at", "-0.0001", "-0.0001 is outside the years 1970 to 9999"),
        (
            "finished_at", "1767225600000000",
            "1767225600000000 is outside the years 1970 to 9999; write Unix time in seconds or milliseconds"
        ),
        (
            "finished_at", #""2026-11-19T09:59""#,
            "'2026-11-19T09:59' has no time zone; add Z for UTC, or an offset such as +05:30"
        ),
        (
            "finished_at", #""2026-11-19 09:59:30.5""#,
            "'2026-11-19 09:59:30.5' has no time zone; add Z for UTC, or an offset such as +05:30"
        ),
        ("attempt", "3000000000", "3000000000 is not a whole number from 1 to 2147483647"),
        ("finished_at", "253402300800000", "253402300800000 is outside the years 1970 to 9999"),
        (
            "finished_at", #""1969-12-31T23:59:59Z""#,
            "'1969-12-31T23:59:59Z' is outside the years 1970 to 9999"
        ),
        ("attempt", "0", "0 is not a whole number from 1 to 2147483647"),
        ("attempt", "1.5", "1.5 is not a whole number from 1 to 2147483647"),
        ("attempt", #""2""#, "'2' is not a whole number from 1 to 2147483647"),
        ("outcome", #""Delivered""#, "'Delivered' is not one of delivered, failed, retrying"),
        ("outcome", "1", "1 is not one of delivered, failed, retrying"),
        ("status", "99", "99 is not an HTTP status from 100 to 599"),
        ("status", "600", "600 is not an HTTP status from 100 to 599"),
        ("status", #""200""#, "'200' is not an HTTP status from 100 to 599"),
        ("status", "200.5", "200.5 is not an HTTP status from 100 to 599"),
        ("error", "true", "true is not a string"),
        ("url", "1", "1 is not a string"),
        ("duration_ms", "-1", "-1 is not a number of milliseconds from 0 to a hundred years"),
        ("duration_ms", #""12""#, "'12' is not a number of milliseconds from 0 to a hundred years"),
        (
            "duration_ms", "1e400",
            "1e400 is not a number of milliseconds from 0 to a hundred years"
        ),
    ])
    func invalidValueIsReportedWithFieldAndRule(field: String, value: String, expected: String) {
        #expect(outcome(of: line(field, value)) == "\(field): \(expected)")
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func nestingIsNamedIfItIsTooDeep(start: String, end: String) {
        func line(_ depth: Int) -> String {
            #"{"callback_id":"c","company":"H1","finished_at":1,"status":200,"x":"#
                + String(repeating: start, count: depth) + "1"
                + String(repeating: end, count: depth)
                + "}"
        }
        #expect(outcome(of: line(511)).hasPrefix("H1/c#1 "))
        #expect(
            outcome(of: line(512))
                == "arrays and objects are nested more than 512 levels deep; write "
                + "the nested part as text")
        #expect(outcome(of: line(3) + "}") == "not JSON")
    }

    @Test(arguments: [
        ("2026-11-19T09:59Z", "2026-11-19T09:59:00Z"),
        ("2026-11-19 15:29+0530", "2026-11-19T09:59:00Z"),
        ("2026-11-19T09:59:30,25Z", "2026-11-19T09:59:30.250Z"),
    ])
    func timeMayBeInOtherFormsOfISO8601(text: String, time: String) throws {
        let short = "H1/c#1 \(time) delivered status 200"
        #expect(
            outcome(
                of: #"{"callback_id":"c","company":"H1","finished_at":"\#(text)","status":200}"#)
                == short)
        var parser: any RecordParser = CSVParser()
        func row(_ text: String) -> String { outcome(of: text, by: &parser) }
        #expect(row("callback_id,company,finished_at,status") == "nothing")
        #expect(row("c,H1,\"\(text)\",200") == short)
        let map = #"{"callback_id":"/i","finished_at":"/t","status":"/s"}"#
        parser = MappedRecordParser(try RecordMapping(map: Array(map.utf8)), company: "H1")
        #expect(row(#"{"i":"c","t":"\#(text)","s":200}"#) == short)
    }

    @Test func textHasAtMost200Bytes() {
        let longest = String(repeating: "é", count: 100)
        #expect(outcome(of: line("callback_id", "\"\(longest)\"")).hasPrefix("H1/éé"))
        #expect(outcome(of: line("callback_id", "\"\(longest)a\"")).hasPrefix("callback_id: "))
    }

    @Test func longValueIsShortened() {
        let value = String(repeating: "x", count: 5000)
        let shown = String(repeating: "x", count: 40) + "…"
        let expected = "finished_at: '\(shown)' is neither an RFC 3339 time nor a Unix time"
        #expect(outcome(of: line("finished_at", "\"\(value)\"")) == expected)
    }

    @Test func invalidUTF8IsReported() {
        var parser = NDJSONParser()
        let line = Array(#"{"company":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        #expect(throws: RecordError.notUTF8) {
            try line.withBytes { (bytes) throws(RecordError) in try parser.content(of: bytes) }
        }
    }

    @Test func problemStartsWithLineNumber() {
        let problem = RejectedRecord(line: 12, error: .missing(.company))
        #expect(problem.description == "line 12: company is missing")
    }

    /// Returns a valid line with one field changed.
    private func line(_ field: String, _ value: String) -> String {
        var fields = ["callback_id": "\"c1\"", "company": "\"H1\"", "finished_at": "1"]
        fields["status"] = "200"
        fields[field] = value
        return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
