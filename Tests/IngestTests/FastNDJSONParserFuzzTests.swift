import CivilTime
import DeliveryLog
import TestSupport
import Testing

@testable import Ingest

/// The two JSON parsers never disagree.
@Suite struct FastNDJSONParserFuzzTests {
    @Test(arguments: 0..<8)
    func bothParsersAgree(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var taken = 0
        for _ in 0..<4000 {
            let line = RandomLine.make(&random)
            guard line.withBytes({ $0.isUTF8 }), let flat = flatRecord(line) else { continue }
            taken += 1
            let text = String(decoding: line, as: UTF8.self)
            #expect(flat == decodedRecord(line), "seed \(seed): \(text)")
        }
        #expect(taken > 500, "the fast parser accepted too few lines")
    }

    @Test func commonLineIsParsedByFastParser() {
        let line = #"{"callback_id":"c1", "company":"H1","finished_at":1.5,"n":null,"b":true}"#
        #expect(flatRecord(Array(line.utf8)) != nil)
    }

    @Test(arguments: [
        #"{"company":"a\"b"}"#, #"{"company":"a","company":"b"}"#, #"{"x":{}}"#, #"{"x":[]}"#,
        #"{"x":1e3}"#, #"{"x":01}"#, #"{"x":1.}"#, #"{"x":-}"#, #"{"x":.5}"#, #"{"x":+1}"#,
        #"{"x":1234567890123456}"#, #"{"x":1,}"#, #"{,}"#, #"{"x"}"#, #"{"x":nul}"#, #"{"x":1"#,
        #"{"x":1}x"#, #"{"x":"a"#, "", #"{"x":1 "y":2}"#,
    ])
    func unusualLinesAreLeftToGeneralParser(line: String) {
        #expect(flatRecord(Array(line.utf8)) == nil)
    }

    /// Dimensions of all earlier lines. Only the fast parser caches them.
    private final class Known {
        var dimensions = DimensionReuse()
        var names = MemberNames()
    }

    private let known = Known()

    /// Returns `nil` if the fast parser leaves the line to the general one.
    private func flatRecord(_ line: [UInt8]) -> String? {
        line.withBytes { bytes in
            var fields = FieldValues(isTextual: false)
            var flat = FastNDJSONParser(bytes)
            guard flat.read(into: &fields, &known.names) else { return nil }
            return Self.words { () throws(RecordError) in try Attempt(fields, &known.dimensions) }
        }
    }

    private func decodedRecord(_ line: [UInt8]) -> String {
        line.withBytes { bytes in
            Self.words { () throws(RecordError) in
                try GeneralNDJSONParser.read(bytes) { (fields) throws(RecordError) in
                    var dimensions = DimensionReuse()
                    return try Attempt(fields, &dimensions)
                }
            }
        }
    }

    private static func words(_ read: () throws(RecordError) -> Attempt) -> String {
        do throws(RecordError) { return try read().short } catch { return error.description }
    }
}

/// Generates lines that more or less resemble a record.
private enum RandomLine {
    static func make(_ random: inout SeededRandom) -> [UInt8] {
        let members = (0..<Int.random(in: 3...9, using: &random)).map { _ in member(&random) }
        var line = Array("{\(members.joined(separator: ","))}".utf8)
        // One third of the lines have a byte changed, removed or inserted.
        switch Int.random(in: 0..<9, using: &random) {
        case 0: line[line.indices.randomElement(using: &random) ?? 0] = oddByte(&random)
        case 1: line.remove(at: line.indices.randomElement(using: &random) ?? 0)
        case 2: line.insert(oddByte(&random), at: line.indices.randomElement(using: &random) ?? 0)
        default: break
        }
        return line
    }

    private static func oddByte(_ random: inout SeededRandom) -> UInt8 {
        Array("{}[]\":,0-9.eE+\\ \t\r\nnutf\u{0}\u{7F}é".utf8).randomElement(using: &random) ?? 0
    }

    private static func member(_ random: inout SeededRandom) -> String {
        let field = RecordField.allCases.randomElement(using: &random)?.rawValue ?? ""
        let space = Bool.random(using: &random) ? "" : " "
        guard Int.random(in: 0..<10, using: &random) > 0 else { return "\"\(field)x\":\(space)0" }
        let usual = usual[field] ?? []
        let values = Int.random(in: 0..<4, using: &random) > 0 ? usual : unusual
        return "\"\(field)\":\(space)\(values.randomElement(using: &random) ?? "null")"
    }

    private static let usual = [
        "callback_id": [#""c1""#, #""c2""#], "company": [#""H1""#, #""é""#],
        "finished_at": [
            "1767225600", "1767225600.123", "1767225600123", #""2026-01-01T00:00:00Z""#,
        ],
        "attempt": ["1", "2"], "outcome": [#""delivered""#, #""failed""#, #""retrying""#],
        "status": ["200", "404", "503.0"], "error": [#""timeout""#, #""x""#],
        "url": [#""https://a.example:1/x""#], "duration_ms": ["12.345", "0", "7"],
        "channel": [#""sms""#], "profile_id": [#""IN_1""#],
    ]

    private static let unusual = [
        "null", "true", "false", "-0", "0.1", "1e2", "-1", "123456789012345", "0.12345678901234",
        "9007199254740993", "[]", "{}", #""""#, #""a\u0041""#, #""\ud800""#, "01", "1.", "tru",
    ]
}
