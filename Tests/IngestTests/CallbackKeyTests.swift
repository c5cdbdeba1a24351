import CivilTime
import DeliveryLog
import JSON
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

    private static let ids = [
        "a", "a/b", "a/https://h", "https://h", "\\", "a\\|b", "a/\\", "a/b/b",
    ]
    private static let others: [String?] = [
        nil, "a", "b", "a/b", "b/b", "\\", "\\|", "a\\|b", "https://h", "h",
    ]
    private static let origins: [String?] = [
        nil, "https://h", "http://h", "the URL", "a", "b/b", "\\:a", "://h", "https://",
    ]

    /// The values of a record for each combination.
    private func records(_ names: [String]) -> [[String?]] {
        names.reduce([[]]) { records, name in
            let values =
                name == "callback_id"
                ? Self.ids.map(Optional.some) : name == "url" ? Self.origins : Self.others
            return records.flatMap { record in values.map { record + [$0] } }
        }
    }

    private func id(_ names: [String], _ values: [String?]) throws -> String {
        let fields = Dictionary(zip(names, values)) { first, _ in first }
            .compactMapValues { $0 }
        var attempt = Attempt(
            company: "H1", callbackID: fields["callback_id"] ?? "", finishedAt: .init(seconds: 0),
            outcome: .delivered, profileID: fields["profile_id"], channel: fields["channel"],
            event: fields["event"], origin: fields["url"])
        try #require(CallbackKey(names: names)).apply(to: &attempt)
        return attempt.callbackID
    }

    @Test(arguments: [
        ["callback_id", "profile_id"], ["profile_id", "callback_id"], ["callback_id", "url"],
        ["url", "callback_id"], ["callback_id", "profile_id", "url"],
        ["profile_id", "url", "callback_id"], ["callback_id", "profile_id", "channel"],
        ["channel", "callback_id", "event", "url"],
    ])
    func differentValuesGiveDifferentIDs(names: [String]) throws {
        var seen: [String: [String?]] = [:]
        for values in records(names) {
            let id = try id(names, values)
            if let other = seen.updateValue(values, forKey: id) {
                #expect(other == values, "\(id)")
            }
        }
        #expect(seen.count == records(names).count)
    }

    /// The IDs of records that are in the log already must not change.
    @Test(arguments: [
        (["order/17", "p1"], "order/17/p1"), (["evt", nil], "evt"), (["a\\b", "p1"], "a\\b/p1"),
    ])
    func usualValuesAreJoinedAsTheyAre(values: [String?], expected: String) throws {
        #expect(try id(["callback_id", "profile_id"], values) == expected)
        let origin = "https://a.example"
        let names = ["callback_id", "profile_id", "url"]
        #expect(try id(names, values + [origin]) == "\(expected)/\(origin)")
    }

    @Test func ambiguousValuesAreEscaped() throws {
        let names = ["callback_id", "profile_id"]
        #expect(try id(names, ["x/P1", nil]) == "x\\|P1")
        #expect(try id(names, ["x", "a/b"]) == "x/a\\|b")
        let three = ["callback_id", "profile_id", "channel"]
        #expect(try id(three, ["x", nil, "sms"]) == "x/\\/sms")
    }

    @Test func joinedTextsOfAMapDiffer() throws {
        let parts = ["a", "b", "a/b", "b/a", "\\", "a\\|b", "\\|", "a/b/a"]
        let mapping = FieldMapping(
            field: .callbackID, pointers: ["x", "y", "z"].map { JSONPointer(names: $0) },
            isRequired: true)
        var seen: Set<[UInt8]> = []
        for (one, two, three) in parts.flatMap({ one in
            parts.flatMap { two in parts.map { (one, two, $0) } }
        }) {
            let values = [one, two, three].map { DecodedValue.text(Array($0.utf8)) }
            guard case .text(let bytes) = try mapping.resolve(values) else {
                Issue.record("\(values)")
                continue
            }
            #expect(seen.insert(bytes).inserted, "\(one) \(two) \(three)")
        }
        #expect(seen.count == parts.count * parts.count * parts.count)
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
