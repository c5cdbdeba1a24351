import DeliveryLog
import Testing

@testable import Ingest

/// `profile_title`, which is never a reason to refuse a record.
@Suite struct ProfileTitleTests {
    private func title<Parser: RecordParser>(_ line: String, _ parser: Parser) throws -> String? {
        var parser = parser
        let content = try Array(line.utf8).withBytes { (bytes) throws(RecordError) in
            try parser.content(of: bytes)
        }
        guard case .attempt(let attempt) = content else { return nil }
        return attempt.route.profileTitle
    }

    private func title(json value: String) throws -> String? {
        try title(
            """
            {"callback_id":"c","company":"HA","finished_at":0,"status":200,"profile_id":"p",\
            "profile_title":\(value)}
            """, NDJSONParser())
    }

    @Test(arguments: [
        (#""Chat inbox""#, "Chat inbox"), (#""Gr\u00f6ße""#, "Größe"), (#""a\tb""#, "a b"),
        (#""a\u009bb""#, "a b"),
    ])
    func `a title is kept, with spaces for control characters`(
        value: String, expected: String
    ) throws {
        #expect(try title(json: value) == expected)
    }

    @Test(arguments: [#""""#, "null", "7", "true", #"{"a":1}"#, "[]"])
    func `what is no title counts as absent`(value: String) throws {
        #expect(try title(json: value) == nil)
    }

    @Test(arguments: [("x", 200), ("ö", 100), ("日", 66), ("😀", 50)])
    func `a long title is cut to whole characters`(character: String, count: Int) throws {
        let text = String(repeating: character, count: 300)
        let title = try title(json: "\"\(text)\"")
        #expect(title == String(repeating: character, count: count))
    }

    @Test func `records of one profile with two titles are told apart`() throws {
        var parser = NDJSONParser()
        let titles = try ["A", "B", "A"].map { title in
            let line =
                #"{"callback_id":"c","company":"HA","finished_at":0,"status":200,"#
                + #""profile_id":"p","profile_title":"\#(title)"}"#
            let content = try Array(line.utf8).withBytes { (bytes) throws(RecordError) in
                try parser.content(of: bytes)
            }
            guard case .attempt(let attempt) = content else { return "" }
            return attempt.route.profileTitle ?? ""
        }
        #expect(titles == ["A", "B", "A"])
    }
}
