import Testing

@testable import Ingest

@Suite struct RecordErrorTests {
    @Test(arguments: [
        (#"{"company":"H1","finished_at":1,"status":200}"#, "callback_id is missing"),
        (#"{"callback_id":"c","company":null,"finished_at":1}"#, "company is missing"),
        (#"{"callback_id":"c","company":"H1","status":200}"#, "finished_at is missing"),
        (
            #"{"callback_id":"c","company":"H1","finished_at":1}"#,
            "status is needed where there is neither outcome nor error"
        ),
        ("[1]", "no JSON object"),
        ("7", "no JSON object"),
        ("callback_id,company", "not JSON"),
        (#"{"callback_id":"c""#, "not JSON"),
        (#"{"callback_id":"c"} {}"#, "not JSON"),
    ])
    func aLineThatIsNoRecordIsNamed(line: String, expected: String) {
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
    func textIsAShortStringWithoutControlCharacters(field: String, value: String, shown: String) {
        let rule = "is no string of 1 to 200 bytes without control characters"
        #expect(outcome(of: line(field, value)) == "\(field): \(shown) \(rule)")
    }

    @Test(arguments: [
        ("finished_at", #""yesterday""#, "'yesterday' is no RFC 3339 time and no Unix time"),
        ("finished_at", #""1767225600""#, "'1767225600' is no RFC 3339 time and no Unix time"),
        ("finished_at", "false", "false is no RFC 3339 time and no Unix time"),
        ("finished_at", "-1", "-1 is outside the years 1970 to 9999"),
        ("finished_at", "-0.0001", "-0.0001 is outside the years 1970 to 9999"),
        ("finished_at", "1767225600000000", "1767225600000000 is outside the years 1970 to 9999"),
        ("finished_at", "253402300800000", "253402300800000 is outside the years 1970 to 9999"),
        (
            "finished_at", #""1969-12-31T23:59:59Z""#,
            "'1969-12-31T23:59:59Z' is outside the years 1970 to 9999"
        ),
        ("attempt", "0", "0 is no whole number from 1"),
        ("attempt", "1.5", "1.5 is no whole number from 1"),
        ("attempt", #""2""#, "'2' is no whole number from 1"),
        ("outcome", #""Delivered""#, "'Delivered' is none of delivered, failed, retrying"),
        ("outcome", "1", "1 is none of delivered, failed, retrying"),
        ("status", "99", "99 is no HTTP status from 100 to 599"),
        ("status", "600", "600 is no HTTP status from 100 to 599"),
        ("status", #""200""#, "'200' is no HTTP status from 100 to 599"),
        ("status", "200.5", "200.5 is no HTTP status from 100 to 599"),
        ("error", "true", "true is no string"),
        ("url", "1", "1 is no string"),
        ("duration_ms", "-1", "-1 is no number of milliseconds from 0"),
        ("duration_ms", #""12""#, "'12' is no number of milliseconds from 0"),
        (
            "duration_ms", "1e400",
            "an object, an array or a number out of range is no number of milliseconds from 0"
        ),
    ])
    func aValueIsNamedWithItsFieldAndTheRule(field: String, value: String, expected: String) {
        #expect(outcome(of: line(field, value)) == "\(field): \(expected)")
    }

    @Test func textHasAtMost200Bytes() {
        let longest = String(repeating: "é", count: 100)
        #expect(outcome(of: line("callback_id", "\"\(longest)\"")).hasPrefix("H1/éé"))
        #expect(outcome(of: line("callback_id", "\"\(longest)a\"")).hasPrefix("callback_id: "))
    }

    @Test func aLongValueIsShownShortened() {
        let value = String(repeating: "x", count: 5000)
        let shown = String(repeating: "x", count: 40) + "…"
        let expected = "finished_at: '\(shown)' is no RFC 3339 time and no Unix time"
        #expect(outcome(of: line("finished_at", "\"\(value)\"")) == expected)
    }

    @Test func bytesThatAreNotUTF8AreNamed() {
        var parser = NDJSONParser()
        let line = Array(#"{"company":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        #expect(throws: RecordError.notUTF8) {
            try line.withBytes { (bytes) throws(RecordError) in try parser.content(of: bytes) }
        }
    }

    @Test func aProblemStartsWithItsLine() {
        let problem = RejectedRecord(line: 12, mistake: .missing(.company))
        #expect(problem.description == "line 12: company is missing")
    }

    /// A good line in which one field has another value.
    private func line(_ field: String, _ value: String) -> String {
        var fields = ["callback_id": "\"c1\"", "company": "\"H1\"", "finished_at": "1"]
        fields["status"] = "200"
        fields[field] = value
        return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
