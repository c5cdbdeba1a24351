import CivilTime
import DeliveryLog
import SQL
import Storage
import TestSupport
import Testing

@testable import Ingest

/// Events that go to several endpoints under one ID.
@Suite struct CallbackKeyTests {
    private func id(
        _ names: [String], profileID: String? = "p1", origin: String? = "https://a.example",
        callbackID: String = "evt"
    ) throws -> String {
        var attempt = Attempt(
            company: "H1", callbackID: callbackID, finishedAt: .init(seconds: 0),
            outcome: .delivered, profileID: profileID, channel: "sms", event: "sent",
            method: "POST", origin: origin)
        try #require(CallbackKey(names: names)).apply(to: &attempt)
        return attempt.callbackID
    }

    @Test(arguments: [
        (["callback_id", "profile_id"], "evt/p1"), (["profile_id", "callback_id"], "p1/evt"),
        (["callback_id"], "evt"), (["callback_id", "url"], "evt/https://a.example"),
        (["callback_id", "channel", "event", "method"], "evt/sms/sent/POST"),
    ])
    func fieldsAreJoinedInOrder(names: [String], expected: String) throws {
        #expect(try id(names) == expected)
    }

    @Test func absentFieldIsLeftOut() throws {
        let names = ["callback_id", "profile_id", "url"]
        #expect(try id(names, profileID: nil) == "evt/https://a.example")
        #expect(try id(names, profileID: nil, origin: nil) == "evt")
    }

    @Test func joinedIDThatIsTooLongIsReported() throws {
        let long = String(repeating: "x", count: 199)
        #expect(try id(["callback_id", "profile_id"], profileID: nil, callbackID: long) == long)
        let error = #expect(throws: RecordError.self) {
            try id(["callback_id", "profile_id"], profileID: "p", callbackID: long)
        }
        let shown = String(repeating: "x", count: 40)
        #expect(
            error?.description == "callback_id with profile_id: '\(shown)…' is not a string of 1 "
                + "to 200 bytes without control characters")
    }

    @Test(arguments: [
        [], ["profile_id"], ["callback_id", "callback_id"], ["callback_id", "status"],
        ["callback_id", ""],
    ])
    func invalidNamesAreRejected(names: [String]) {
        #expect(CallbackKey(names: names) == nil)
    }

    @Test(arguments: ["ndjson", "csv"])
    func importsAndSourcesStoreJoinedID(format: String) throws {
        let fixture = try SourceFixture()
        let fields = ["callback_id", "company", "finished_at", "status", "profile_id"]
        let rows = [["e1", "H1", "1", "500", "A"], ["e1", "H1", "2", "200", "B"]]
        var text = format == "csv" ? fields.joined(separator: ",") + "\n" : ""
        for row in rows {
            let members = zip(fields, row).map { name, value in
                Int(value) == nil ? "\"\(name)\":\"\(value)\"" : "\"\(name)\":\(value)"
            }
            text +=
                format == "csv"
                ? row.joined(separator: ",") + "\n" : "{\(members.joined(separator: ","))}\n"
        }
        try fixture.append(text, to: "a.\(format)")
        let key = try #require(CallbackKey(names: ["callback_id", "profile_id"]))
        let pattern = fixture.path("*.\(format)")
        let reader = try SourceReader(into: fixture.log, now: .init(seconds: 9)) { _ in }
        #expect(
            try reader.readNew([SourcePattern(path: pattern, key: key)]) == IngestCounts(added: 2))
        var importer = Importer(into: fixture.log)
        importer.callbackKey = key
        let path = fixture.path("a.\(format)")
        #expect(try importer.read([path]).counts == IngestCounts(known: 2))
        let ids = try fixture.log.database.rows(
            "SELECT callback_id FROM attempts ORDER BY place", []
        ) { $0.text(0) }
        #expect(ids == ["e1/A", "e1/B"])
    }

    @Test func rotatedFilesUseKeyOfSource() throws {
        let fixture = try SourceFixture()
        let line =
            #"{"callback_id":"e","company":"H1","finished_at":1,"status":200,"profile_id":"A"}"#
        try fixture.append(line + "\n", to: "a.ndjson.1")
        try fixture.append(line.replacing("\"e\"", with: "\"f\"") + "\n", to: "b.ndjson")
        let key = try #require(CallbackKey(names: ["callback_id", "profile_id"]))
        let (with, without) = (fixture.path("a.ndjson"), fixture.path("b.ndjson"))
        let reader = try SourceReader(into: fixture.log, now: .init(seconds: 9)) { _ in }
        try reader.readNew([
            SourcePattern(path: with, key: key), SourcePattern(path: without),
        ])
        let ids = try fixture.log.database.rows(
            "SELECT callback_id FROM attempts ORDER BY callback_id", []
        ) { $0.text(0) }
        #expect(ids == ["e/A", "f"])
    }
}
