import Testing

@testable import Ingest

/// The error messages for invalid maps.
@Suite struct MapDiagnosticTests {
    private func diagnostics(_ map: String) -> [String] {
        do throws(MapError) {
            _ = try RecordMapping(map: Array(map.utf8))
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    /// Returns the errors of a valid map with one additional entry.
    private func diagnostics(_ field: String, _ entry: String) -> [String] {
        var entries = ["callback_id": #""/id""#, "finished_at": #""/at""#, "status": #""/code""#]
        entries[field] = entry
        return diagnostics("{" + entries.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value"),
        (#"{"status" "/code"}"#, "line 1, column 11: expected ':' after the name"),
        (
            #"{"url":"/a","url":"/b"}"#,
            "line 1, column 13: duplicate name 'url' in an object"
        ),
        ("[]", "expected an object of fields and their JSON pointers"),
    ])
    func nonObjectIsReported(map: String, expected: String) {
        #expect(diagnostics(map) == [expected])
    }

    @Test func missingFieldsAreReported() {
        let end = "one of outcome, status and error is required"
        #expect(diagnostics("{}") == ["callback_id is missing", "finished_at is missing", end])
        #expect(diagnostics(#"{"callback_id":"/a","finished_at":"/b","error":"/c"}"#) == [])
    }

    @Test(arguments: [
        ("outcom", #""/state""#, "unknown key 'outcom'; did you mean 'outcome'?"),
        ("record", #""/data""#, "unknown key 'record'; did you mean 'records'?"),
        ("xyzzy", #""/state""#, "unknown key 'xyzzy'"),
        ("skipp", #"{"pointer":"/a","values":["b"]}"#, "unknown key 'skipp'; did you mean 'skip'?"),
        ("skip", #""/a""#, "/skip: expected an object with 'pointer' and 'values'"),
        (
            "skip", #"{"pointer":"/a"}"#,
            "/skip/values: expected a list of strings, numbers, true, false or null"
        ),
        (
            "only", #"[{"pointer":"/a","values":["x"]},{"pointer":"/a","values":[[]]}]"#,
            "/only/1/values: expected a list of strings, numbers, true, false or null"
        ),
        (
            "only", #"{"pointer":"a","values":["b"]}"#,
            "/only/pointer: 'a' is not a JSON pointer such as '/message/id' (RFC 6901)"
        ),
        (
            "only", #"{"pointer":"/a","values":["b"],"value":"c"}"#,
            "/only: unknown key 'value'; did you mean 'values'?"
        ),
        (
            "outcome", #"{"value":"skip"}"#,
            "/outcome/value: 'skip' is not one of delivered, failed, retrying"
        ),
        (
            "url", #""target""#,
            "/url: 'target' is not a JSON pointer such as '/message/id' (RFC 6901)"
        ),
        ("url", #""""#, "/url: '' points to the whole record, not to a value in it"),
        ("url", #""/a~2""#, "/url: '/a~2' is not a JSON pointer such as '/message/id' (RFC 6901)"),
        (
            "records", #""data""#,
            "/records: 'data' is not a JSON pointer such as '/message/id' (RFC 6901)"
        ),
        ("records", "true", "/records: expected a JSON pointer"),
        ("url", "7", "/url: expected a JSON pointer or an object with one"),
        ("url", "[]", "/url: expected a JSON pointer or an object with one"),
        ("url", #"["/a",["/b"]]"#, "/url/1: expected a JSON pointer or an object with one"),
        ("url", "{}", "/url: expected one of 'pointer', 'join' and 'value'"),
        (
            "url", #"{"pointer":"/a","value":"https://a.example"}"#,
            "/url: expected one of 'pointer', 'join' and 'value'"
        ),
        ("url", #"{"pionter":"/a"}"#, "/url: unknown key 'pionter'; did you mean 'pointer'?"),
        ("url", #"{"pointer":1}"#, "/url/pointer: expected a JSON pointer"),
        ("event", #"{"join":["/a"]}"#, "/event/join: expected a list of two or more JSON pointers"),
        (
            "event", #"{"join":["/a","b"]}"#,
            "/event/join/1: 'b' is not a JSON pointer such as '/message/id' (RFC 6901)"
        ),
        ("status", #"{"join":["/a","/b"]}"#, "/status/join: expected 'pointer'"),
        ("event", #"{"value":"a","values":{"b":"c"}}"#, "/event/values: only valid with 'pointer'"),
        (
            "duration_ms", #"{"value":1,"factor":2}"#,
            "/duration_ms/factor: only valid with 'pointer'"
        ),
        (
            "status", #"{"pointer":"/a","factor":2}"#,
            "/status/factor: only valid for finished_at and duration_ms"
        ),
        (
            "duration_ms", #"{"pointer":"/a","factor":0}"#,
            "/duration_ms/factor: expected a number above 0"
        ),
        (
            "event", #"{"pointer":"/a","values":[]}"#,
            "/event/values: expected an object that maps your values to ours"
        ),
        (
            "event", #"{"pointer":"/a","values":{}}"#,
            "/event/values: expected an object that maps your values to ours"
        ),
        (
            "event", #"{"pointer":"/a","values":{"b":true}}"#,
            "/event/values/b: expected a string or a number"
        ),
        ("event", #"{"value":null}"#, "/event/value: expected a string or a number"),
    ])
    func errorIsReportedWithPlace(field: String, entry: String, expected: String) {
        #expect(diagnostics(field, entry) == [expected])
    }

    @Test(arguments: [
        (
            "outcome", #"{"pointer":"/a","values":{"o/k":"deliverd"}}"#,
            "/outcome/values/o~1k: 'deliverd' is not one of delivered, failed, retrying; did you "
                + "mean 'delivered'?"
        ),
        (
            "error", #"{"pointer":"/a","values":{"ETIMEDOUT":"timout"}}"#,
            "/error/values/ETIMEDOUT: 'timout' is not one of http_3xx, http_4xx, http_5xx, timeout, "
                + "dns, connect, tls, blocked, disabled, other; did you mean 'timeout'?"
        ),
        (
            "company", #"{"value":""}"#,
            "/company/value: '' is not a string of 1 to 200 bytes without control characters"
        ),
        ("status", #"{"value":99}"#, "/status/value: 99 is not an HTTP status from 100 to 599"),
        (
            "attempt", #"{"value":"x"}"#,
            "/attempt/value: 'x' is not a whole number from 1 to 2147483647"
        ),
    ])
    func invalidValueIsReported(field: String, entry: String, expected: String) {
        #expect(diagnostics(field, entry) == [expected])
    }

    @Test func wholeResponseMayBeList() {
        #expect(diagnostics("records", #""""#) == [])
    }

    @Test func allErrorsAreReportedTogether() {
        let map = #"{"calback_id":"/id","url":"x","status":{"value":1}}"#
        #expect(
            diagnostics(map) == [
                "unknown key 'calback_id'; did you mean 'callback_id'?",
                "/url: 'x' is not a JSON pointer such as '/message/id' (RFC 6901)",
                "/status/value: 1 is not an HTTP status from 100 to 599",
                "finished_at is missing",
            ])
    }
}
