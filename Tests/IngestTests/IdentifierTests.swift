import CivilTime
import DeliveryLog
import JSON
import Testing

@testable import Ingest

/// Different identifiers stay different, in every format.
@Suite struct IdentifierTests {
    private let reason =
        "contains U+FFFD, which replaces half of a surrogate pair or another invalid character, "
        + "so that different IDs look the same; write the original characters"

    private func record(_ field: String, _ value: String) -> String {
        let others = ["callback_id", "company"].filter { $0 != field }
            .map { #""\#($0)":"c","# }.joined()
        return "{\(others)\"\(field)\":\(value),\"finished_at\":1,\"status\":200}"
    }

    @Test(arguments: ["callback_id", "company", "profile_id"], [#""s\ud800""#, "\"s\u{FFFD}\""])
    func halfOfSurrogatePairInIdentifierIsRejected(field: String, value: String) {
        #expect(outcome(of: record(field, value)) == "\(field): 's\u{FFFD}' \(reason)")
    }

    @Test(arguments: ["channel", "event", "method", "profile_title", "error"])
    func halfOfSurrogatePairInOtherTextIsReplaced(field: String) {
        #expect(outcome(of: record(field, #""s\udfff""#)).hasPrefix("c/c#1 "))
    }

    @Test(arguments: [#""s\ud83d\ude00""#, "\"s\u{1FFD}\"", "\"s\u{10FFFD}\"", "\"\u{FFFC}\""])
    func otherCharactersAreAccepted(value: String) {
        #expect(outcome(of: record("callback_id", value)).hasPrefix("c/"))
    }

    @Test func halfOfSurrogatePairIsRejectedByMap() throws {
        let map = #"{"callback_id":{"join":["/a","/b"]},"finished_at":"/t","status":"/s"}"#
        var parser = MappedRecordParser(try RecordMapping(map: Array(map.utf8)), company: "H1")
        let found = outcome(of: #"{"a":"x","b":"y\udc00","t":1,"s":200}"#, by: &parser)
        #expect(found == "/a and /b: 'x/y\u{FFFD}' \(reason)")
    }

    @Test func replacedCharacterInCSVIsRejected() {
        var parser = CSVParser()
        _ = outcome(of: "callback_id,company,finished_at,status", by: &parser)
        let found = outcome(of: "c\u{FFFD},H1,1,200", by: &parser)
        #expect(found == "callback_id: 'c\u{FFFD}' \(reason)")
    }

    @Test func replacedCharacterInPartOfKeyIsRejected() throws {
        var attempt = Attempt(
            company: "H1", callbackID: "c", finishedAt: .init(seconds: 0), outcome: .delivered,
            event: "e\u{FFFD}")
        let key = try #require(CallbackKey(names: ["callback_id", "event"]))
        let error = #expect(throws: RecordError.self) { try key.apply(to: &attempt) }
        #expect(error?.description == "callback_id: 'c/e\u{FFFD}' \(reason)")
    }

    private static let long = "12345678901234567890123"

    @Test(arguments: [
        long, "-" + long, "9007199254740993", "1e400", "123456789012345678.5",
        String(repeating: "7", count: 100),
    ])
    func numberInMessageKeepsItsDigits(number: String) {
        let rule = "is not a string of 1 to 200 bytes without control characters"
        let shown = number.count > 40 ? number.prefix(40) + "…" : number
        #expect(outcome(of: record("callback_id", number)) == "callback_id: \(shown) \(rule)")
    }

    @Test func timeInMessageKeepsItsDigits() {
        let line = #"{"callback_id":"c","company":"H1","finished_at":\#(Self.long),"status":200}"#
        #expect(
            outcome(of: line)
                == "finished_at: \(Self.long) is outside the years 1970 to 9999; write "
                + "Unix time in seconds or milliseconds")
    }

    @Test func numbersKeepTheirDigitsInMaps() throws {
        let text = #"{"callback_id":"/i","finished_at":"/t","status":"/s"}"#
        var parser = MappedRecordParser(try RecordMapping(map: Array(text.utf8)), company: "H1")
        #expect(
            outcome(of: "{\"i\":\(Self.long),\"t\":1,\"s\":200}", by: &parser)
                .hasPrefix("H1/\(Self.long)#1 "))
        let found = outcome(of: "{\"i\":\"c\",\"t\":1,\"s\":\(Self.long)}", by: &parser)
        #expect(found == "/s: \(Self.long) is not an HTTP status from 100 to 599")
        let constant = #"{"callback_id":{"value":\#(Self.long)},"finished_at":"/t","status":"/s"}"#
        let error = #expect(throws: MapError.self) {
            try RecordMapping(map: Array(constant.utf8))
        }
        #expect(error?.diagnostics.first?.description.contains(": \(Self.long) is not") == true)
    }
}
