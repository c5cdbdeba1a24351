import Testing

@testable import Ingest

/// Records of other programs with valid maps.
@Suite struct MapTests {
    private let record = """
        {"message":{"id":"m-1","to":7},"time":"2026-03-04T10:00:00Z","state":"ok","code":"204",\
        "took":1.5,"tries":[{"n":2}],"a/b":"chat","done":true,"~":null}
        """

    /// Returns the result for the record with a minimal map and additional entries.
    private func outcome(_ entries: String..., company: String? = "H1", of record: String? = nil)
        throws -> String
    {
        let least = [
            #""callback_id":"/message/id""#, #""finished_at":"/time""#, #""status":"/code""#,
        ]
        let names = entries.map { $0.prefix { $0 != ":" } }
        let kept = least.filter { !names.contains($0.prefix { $0 != ":" }) }
        let map = "{" + (kept + entries).joined(separator: ",") + "}"
        var parser = MappedRecordParser(try RecordMapping(map: Array(map.utf8)), company: company)
        return IngestTests.outcome(of: record ?? self.record, by: &parser)
    }

    private let rest = "2026-03-04T10:00:00Z delivered status 204"

    @Test(arguments: [
        ("/chanel", [#"{"channel":"a"}"#, #"{"channel":"b"}"#], ["/chanel"]),
        ("/channel", [#"{"channel":"b"}"#, "{}"], []),
        ("/channel", [], []),
    ])
    func pointerOfOnlyThatMatchesNoRecordIsNamed(
        pointer: String, records: [String], expected: [String]
    ) throws {
        let map = """
            {"callback_id":"/id","finished_at":"/t","status":"/s","company":"/c",\
            "only":{"pointer":"\(pointer)","values":["a"]}}
            """
        var parser = MappedRecordParser(try RecordMapping(map: Array(map.utf8)), company: nil)
        for record in records { _ = IngestTests.outcome(of: record, by: &parser) }
        #expect(parser.unmatched == expected)
    }

    @Test func pointersResolveMembersAndItems() throws {
        let found = try outcome(
            #""attempt":"/tries/0/n""#, #""channel":"/a~1b""#, #""event":"/~0""#,
            #""method":"/tries/1/n""#)
        #expect(found == "H1/m-1#2 \(rest) channel chat")
    }

    @Test(arguments: [
        (#"{"pointer":"/state","values":{"ok":"delivered","dead":"failed"}}"#, "delivered"),
        (#"{"pointer":"/state","values":{"ok":"failed"}}"#, "failed http_5xx"),
        (#"{"pointer":"/state","values":{"ok":null}}"#, "failed http_5xx"),
        (#"{"pointer":"/message/to","values":{"7":"retrying"}}"#, "retrying http_5xx"),
        (#"{"pointer":"/done","values":{"true":"delivered"}}"#, "delivered"),
        (#"{"value":"delivered"}"#, "delivered"),
    ])
    func tableTranslatesWords(entry: String, expected: String) throws {
        let found = try outcome("\"outcome\":\(entry)", #""status":{"value":503}"#)
        #expect(found == "H1/m-1#1 2026-03-04T10:00:00Z \(expected) status 503")
    }

    @Test func tableMayContainNumbers() throws {
        let found = try outcome(#""status":{"pointer":"/state","values":{"ok":299}}"#)
        #expect(found == "H1/m-1#1 2026-03-04T10:00:00Z delivered status 299")
    }

    @Test(arguments: [
        (#"{"pointer":"/took","factor":1000}"#, "1500"), (#""/took""#, "2"),
        (#"{"pointer":"/code","factor":0.5}"#, "102"),
    ])
    func factorConvertsUnitToMilliseconds(entry: String, expected: String) throws {
        #expect(try outcome("\"duration_ms\":\(entry)") == "H1/m-1#1 \(rest) ms \(expected)")
    }

    @Test func textsAreJoined() throws {
        let found = try outcome(#""callback_id":{"join":["/message/id","/message/to"]}"#)
        #expect(found == "H1/m-1/7#1 \(rest)")
    }

    @Test(arguments: [
        (#"["/none","/state"]"#, "ok"), (#"["/a~1b","/state"]"#, "chat"),
        (#"["/none",{"value":"sms"}]"#, "sms"),
        (#"[{"join":["/state","/none"]},"/state"]"#, "ok"),
    ])
    func firstPresentEntryOfListCounts(entry: String, expected: String) throws {
        #expect(try outcome("\"channel\":\(entry)") == "H1/m-1#1 \(rest) channel \(expected)")
    }

    @Test func companyComesFromMapRecordOrCommand() throws {
        let (value, pointer) = (#""company":{"value":"H2"}"#, #""company":"/message/to""#)
        #expect(try outcome(value, company: nil) == "H2/m-1#1 \(rest)")
        #expect(try outcome(pointer, company: nil) == "7/m-1#1 \(rest)")
        #expect(try outcome(pointer, company: "H3") == "H3/m-1#1 \(rest)")
    }

    @Test(arguments: [
        ("9007199254740992", "H1/9007199254740992#1 2026-03-04T10:00:00Z delivered status 200"),
        ("9007199254740993", "H1/9007199254740993#1 2026-03-04T10:00:00Z delivered status 200"),
        (
            "1175928847299117063",
            "H1/1175928847299117063#1 2026-03-04T10:00:00Z delivered status 200"
        ),
        (
            "-170141183460469231731687303715884105729",
            "H1/-170141183460469231731687303715884105729#1 2026-03-04T10:00:00Z delivered status 200"
        ),
        (
            "1.17593E+18",
            "/message/id: 1.17593E+18 was shortened by a spreadsheet and has lost digits; export the column as text"
        ),
        (
            #""1.17593E+18""#,
            "/message/id: '1.17593E+18' was shortened by a spreadsheet and has lost digits; export the column as text"
        ),
        ("7.0", "H1/7.0#1 2026-03-04T10:00:00Z delivered status 200"),
        ("1e3", "H1/1e3#1 2026-03-04T10:00:00Z delivered status 200"),
        ("1.50", "H1/1.50#1 2026-03-04T10:00:00Z delivered status 200"),
        ("null", "/message/id is missing"),
    ])
    func numericNamesKeepAllDigits(id: String, expected: String) throws {
        let record = """
            {"message":{"id":\(id)},"time":"2026-03-04T10:00:00Z","code":200}
            """
        #expect(try outcome(of: record) == expected)
    }

    @Test func numbersOf64BitsAreComparedByDigits() throws {
        let record = """
            {"message":{"id":1175928847299117063},"time":"2026-03-04T10:00:00Z",\
            "code":9007199254740993}
            """
        let found = try outcome(
            #""callback_id":{"join":["/message/id","/code"]}"#,
            #""status":{"pointer":"/code","values":{"9007199254740992":500,"9007199254740993":204}}"#,
            of: record)
        #expect(found == "H1/1175928847299117063/9007199254740993#1 \(rest)")
    }

    @Test func lastValueOfDuplicateMemberCounts() throws {
        let record = """
            {"message":{"id":"m-0"},"message":{"id":"x","id":"m-1"},"time":"2026-03-04T10:00:00Z",\
            "code":500,"code":204}
            """
        #expect(try outcome(of: record) == "H1/m-1#1 \(rest)")
    }

    @Test func errorTextKeepsReasonOfStatus() throws {
        let found = try outcome(#""error":"/state""#, #""status":{"value":503}"#)
        #expect(found == "H1/m-1#1 2026-03-04T10:00:00Z failed http_5xx status 503")
    }

    @Test(arguments: [
        (
            #""outcome":{"pointer":"/state","values":{"dead":"failed"}}"#,
            "/state: 'ok' is not one of delivered, failed, retrying"
        ),
        (#""status":"/took""#, "/took: 1.5 is not an HTTP status from 100 to 599"),
        (
            #""finished_at":["/none","/state"]"#,
            "/state: 'ok' is neither an RFC 3339 time nor a Unix time"
        ),
        (#""finished_at":["/none","/never"]"#, "/none is missing"),
        (#""callback_id":{"join":["/message/id","/none"]}"#, "/none is missing"),
        (#""callback_id":{"join":["/nix","/none"]}"#, "/nix and /none is missing"),
    ])
    func invalidValueIsReportedWithPlace(entry: String, expected: String) throws {
        #expect(try outcome(entry) == expected)
    }

    @Test(arguments: [
        (#""status":"/none""#, "/none is missing, and no other field says how the attempt ended"),
        (
            #""status":["/none",{"pointer":"/state","values":{"ok":null}}],"error":"/nix""#,
            "/none and /nix is missing, and no other field says how the attempt ended"
        ),
    ])
    func recordWithoutOutcomeIsRejected(entries: String, expected: String) throws {
        #expect(try outcome(entries) == expected)
    }

    @Test func unresolvedPointersAreReportedTogether() throws {
        let least = "found no value at /message/id, /time, /code"
        #expect(try outcome(of: #"{"items":[]}"#) == least)
        let found = try outcome(#""records":"/data/list""#, of: #"{"items":[]}"#)
        #expect(found == least + "; check that 'records' points to the list")
    }

    @Test(arguments: [
        (#"{"data":null}"#, "nothing"), (#"{"list":null}"#, "nothing"),
        (#"{"data":{"list":null},"done":true}"#, "nothing"),
        (#"{"data":null,"message":{"id":"m-1"}}"#, "/time is missing"),
        (
            #"{"data":{},"time":1}"#,
            "/message/id is missing"
        ),
    ])
    func nullListOfRecordsIsEmpty(record: String, expected: String) throws {
        #expect(try outcome(#""records":"/data/list""#, of: record) == expected)
    }

    @Test(arguments: [
        (#""skip":{"pointer":"/state","values":["open","click"]}"#, false),
        (#""skip":{"pointer":"/state","values":["open","ok"]}"#, true),
        (#""skip":[{"pointer":"/none","values":["x"]},{"pointer":"/done","values":[true]}]"#, true),
        (#""skip":{"pointer":"/message/to","values":[7]}"#, true),
        (#""skip":{"pointer":"/took","values":["1.5"]}"#, true),
        (#""skip":{"pointer":"/none","values":[null]}"#, true),
        (#""skip":{"pointer":"/~0","values":[null]}"#, true),
        (#""skip":{"pointer":"/message","values":[null]}"#, false),
        (#""only":{"pointer":"/state","values":["ok"]}"#, false),
        (#""only":{"pointer":"/state","values":["dead"]}"#, true),
        (#""only":{"pointer":"/none","values":["ok"]}"#, true),
        (
            #""only":[{"pointer":"/state","values":["ok"]},{"pointer":"/done","values":[false]}]"#,
            true
        ),
    ])
    func filterSkipsRecords(entry: String, isSkipped: Bool) throws {
        #expect(try outcome(entry) == (isSkipped ? "skipped" : "H1/m-1#1 \(rest)"))
    }

    @Test func skippedRecordIsNotValidated() throws {
        let skip = #""skip":{"pointer":"/state","values":["ok"]}"#
        #expect(try outcome(skip, #""finished_at":"/none""#, #""status":"/none""#) == "skipped")
    }

    @Test(arguments: [
        // A null outcome skips the record, unless another field says how the attempt ended.
        (#"{"ok":null}"#, #""/none""#, "skipped"), (#"{"ok":null}"#, #""/code""#, "taken"),
        (#"{"ok":"skip"}"#, #""/none""#, "skipped"), (#"{"ok":"skip"}"#, #""/code""#, "skipped"),
        (#"{"dead":"skip","ok":"delivered"}"#, #""/none""#, "taken"),
    ])
    func outcomeTableSkipsRecords(
        table: String, status: String, expected: String
    ) throws {
        let entry = #""outcome":{"pointer":"/state","values":\#(table)}"#
        let found = try outcome(entry, "\"status\":\(status)")
        #expect(found == (expected == "taken" ? found : expected))
        #expect(found.hasPrefix("H1/m-1#1") == (expected == "taken"))
    }

    @Test func nullStatusDoesNotSkipRecord() throws {
        let entry = #""status":{"pointer":"/code","values":{"204":null}}"#
        #expect(
            try outcome(entry) == "/code is missing, and no other field says how the attempt ended")
    }
}
