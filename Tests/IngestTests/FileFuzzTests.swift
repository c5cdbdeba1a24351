import DeliveryLog
import FoundationEssentials
import SQL
import Storage
import TestSupport
import Testing

@testable import Ingest

/// Files of every format with random wrong bytes, plain and compressed.
@Suite struct FileFuzzTests {
    private let fixture: SourceFixture

    init() throws {
        fixture = try SourceFixture()
    }

    private static let texts: [String: String] = [
        "ndjson": SourceFixture.lines(0..<3),
        "csv": """
        callback_id,company,finished_at,status,url,duration_ms,error
        c1,H1,1767225600,200,https://a.example/x,12.5,
        "c""2",H1,2026-01-01T00:00:00Z,503,,,"time,
        out"

        """,
        "svix": """
        {"data":[{"id":"atmpt_1","msgId":"msg_1","endpointId":"ep_1","status":0,\
        "responseStatusCode":200,"responseDurationMs":12,"timestamp":"2026-01-01T00:00:00Z",\
        "url":"https://a.example/"}],"iterator":null,"done":true}
        """,
        "convoy": """
        {"data":{"content":[{"uid":"d1","status":"Success","updated_at":"2026-01-01T00:00:00Z",\
        "endpoint_metadata":{"url":"https://a.example"},"metadata":{"num_trials":1}}]}}
        """,
    ]

    private static let odd = Array("{}[]\":,\n\r\t 0-9.eE\\u\u{0}é\"\"".utf8) + [0xFF, 0xC3, 0xEF]

    private func mutated(_ original: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...2, using: &random))
            bytes.replaceSubrange(start..<end, with: [Self.odd.randomElement(using: &random) ?? 0])
        }
        return bytes
    }

    @Test(arguments: RecordFormat.names)
    func wrongBytesNeverTrapAndRecordsAreCountedOnce(format: String) throws {
        var random = SeededRandom(seed: 8)
        let original = Array((Self.texts[format] ?? "").utf8)
        for round in 0..<250 {
            let bytes = mutated(original, &random)
            let path = try fixture.directory.write(Data(bytes), to: "\(round)")
            var importer = Importer(into: fixture.log)
            importer.format = RecordFormat(name: format)
            var rejected = 0
            importer.onReject = { _ in rejected += 1 }
            let counts = try importer.read([path]).counts
            #expect(rejected >= counts.rejected, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(try fixture.log.verify().isGood)
    }

    @Test func damagedCompressedFilesAreReported() throws {
        var random = SeededRandom(seed: 9)
        try fixture.append(SourceFixture.lines(0..<200), to: "whole")
        try fixture.gzip("whole")
        let packed = try Array(Data(contentsOf: URL(filePath: fixture.path("whole.gz"))))
        for round in 0..<60 {
            var bytes = packed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = .random(in: 0...255, using: &random)
            }
            try fixture.directory.write(Data(bytes), to: "app.\(round).gz")
        }
        try fixture.run("app.*")
        // Damage inside a line can produce another valid line. None of the original lines is lost.
        let known = try fixture.log.database.integer(
            "SELECT count(DISTINCT callback_id) FROM attempts WHERE callback_id GLOB 'c[0-9]*'")
        #expect(known >= 200)
        // The checksum of RFC 1952 detects nearly all damage. A changed name or time in the header
        // is harmless.
        #expect(fixture.failures.count > 20)
        #expect(try fixture.run("app.*") == IngestCounts())
    }
}
