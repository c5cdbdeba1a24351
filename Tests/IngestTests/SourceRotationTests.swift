import CivilTime
import FoundationEssentials
import Glibc
import SQL
import Storage
import Testing

@testable import Ingest

/// Rotations at the worst moment.
@Suite struct SourceRotationTests {
    private let fixture: SourceFixture

    init() throws {
        fixture = try SourceFixture()
    }

    private let header = "finished_at,status,company,callback_id\n"

    @Test func copyWithoutHeaderRowUsesHeaderOfRotation() throws {
        try fixture.append(header + "0,200,H1,c1\n", to: "a.csv.1")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 1))
        try fixture.rename("a.csv.1", to: "a.csv-20260101_1")
        try fixture.append("0,200,H1,c2\n", to: "a.csv.1")
        try fixture.gzip("a.csv.1")
        try fixture.append("0,200,H1,c3\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 2))
        #expect(fixture.failures == [])
    }

    @Test func headerRowOfOtherLogIsNotUsed() throws {
        try fixture.append(header, to: "a.csv")
        try fixture.run("*.csv")
        try fixture.append("0,200,H1,c2\n", to: "b.csv")
        #expect(try fixture.run("*.csv") == IngestCounts())
        #expect(fixture.failures.count == 1)
    }

    @Test(arguments: [
        ("log/a.csv", "log/a.csv"), ("a.csv.1", "a.csv"), ("a.csv.12.gz", "a.csv"),
        ("a.csv.gz", "a.csv"), ("a.csv.old", "a.csv"), ("a.csv-20260101", "a.csv"),
        ("a.csv.2026-01-01_1.gz", "a.csv"), ("/1.2/a.csv", "/1.2/a.csv"), ("a.", "a."), ("", ""),
        ("a-.csv", "a-.csv"), (".gz", ""), ("a.old.gz", "a"), ("a--1", "a-"),
    ])
    func originalNameOfRotatedFile(path: String, original: String) {
        #expect(LogName.original(of: path) == original)
    }

    @Test func fileMovedByRotationIsNotAFailure() throws {
        let reader = try SourceReader(into: fixture.log, now: .init(seconds: 0)) { _ in }
        var tail = FileTailer(path: fixture.path("app.ndjson.1"), reader: reader)
        try tail.readAll()
        #expect(tail.counts == IngestCounts())
    }

    @Test func incompleteCompressedFileIsLeftToOriginal() throws {
        let name = "app.ndjson.1"
        try fixture.append("bad\n" + SourceFixture.lines(0..<50_000), to: name)
        try FileManager.default.copyItem(atPath: fixture.path(name), toPath: fixture.path("copy"))
        try fixture.gzip("copy")
        let packed = try Data(contentsOf: URL(filePath: fixture.path("copy.gz")))
        // gzip writes half of the file, then all of it, and then removes the original.
        try packed.prefix(packed.count / 2).write(to: URL(filePath: fixture.path("\(name).gz")))
        #expect(try fixture.run() == IngestCounts(added: 50_000, rejected: 1))
        #expect(try fixture.run() == IngestCounts())
        let half = open(fixture.path("\(name).gz"), O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(half) }
        let rest = Array(packed.suffix(from: packed.count / 2))
        #expect(write(half, rest, rest.count) == rest.count)
        #expect(unlink(fixture.path(name)) == 0)
        #expect(try fixture.run() == IngestCounts())
        #expect(fixture.failures == [] && fixture.problems.count == 1)
    }

    @Test func staleRunContinuesAfterConcurrentOne() throws {
        try fixture.append("bad\n" + SourceFixture.line(0))
        let reader = try SourceReader(into: fixture.log, now: .init(seconds: 0)) { _ in }
        let tail = FileTailer(path: fixture.path("app.ndjson"), reader: reader)
        let file = try InputFile(path: tail.path, onlyRegular: true)
        try fixture.append(SourceFixture.lines(1..<100))
        #expect(try fixture.run() == IngestCounts(added: 100, rejected: 1))
        var late = tail
        try late.readPlain(file)
        #expect(late.counts == IngestCounts())
        #expect(try fixture.log.database.integer("SELECT count(*) FROM source_files") == 1)
    }

    /// A writer that did not open the file in append mode leaves a hole at its start.
    @Test(arguments: [1, 200])
    func nothingIsLostAfterHoleOfCopyTruncate(count: Int) throws {
        var size = 0
        for round in 0..<4 {
            let first = 10_000 * round
            let early = SourceFixture.lines(first..<first + count)
            try fixture.write(early, at: size)
            #expect(try fixture.run() == IngestCounts(added: count))
            let late = SourceFixture.lines(first + count..<first + 2 * count)
            try fixture.write(late, at: size + early.utf8.count)
            size += early.utf8.count + late.utf8.count
            try fixture.copyAndTruncate("app.ndjson", to: "app.ndjson.1")
            let next = SourceFixture.lines(first + 5000..<first + 5001)
            try fixture.write(next, at: size)
            size += next.utf8.count
            let found = try fixture.run()
            #expect(found.added == count + 1 && found.rejected == 0, "round \(round)")
        }
        #expect(try fixture.stored() == Int64(4 * (2 * count + 1)))
        #expect(fixture.problems == [] && fixture.failures == [])
    }

    @Test func reservedSpaceIsReadWhenFilled() throws {
        let (first, second) = (SourceFixture.line(0), SourceFixture.line(1))
        let size = first.utf8.count
        try fixture.write(first + String(repeating: "\0", count: 1000), at: 0)
        #expect(try fixture.run() == IngestCounts(added: 1))
        try fixture.write(String(second.prefix(20)), at: size)
        #expect(try fixture.run().added == 0)
        try fixture.write(second, at: size)
        #expect(try fixture.run().added == 1)
        #expect(fixture.problems == [])
    }

    @Test func lineCutByPowerLossDoesNotAffectLaterLines() throws {
        let cut = SourceFixture.line(0).prefix(30) + String(repeating: "\0", count: 100)
        try fixture.append(cut + SourceFixture.lines(1..<3))
        #expect(try fixture.run() == IngestCounts(added: 2, rejected: 1))
        #expect(fixture.problems == ["line 1: not JSON"])
    }

    @Test(arguments: ["sep=;\n", "\n", "\r\n"])
    func headerRowMayArriveInLaterRun(line: String) throws {
        try fixture.append(line, to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts())
        try fixture.append("callback_id;company;finished_at;status\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts())
        try fixture.append("c1;H1;0;200\n\"c\n2\";H1;0;200\nc3;H1;0;200\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 2, rejected: 1))
        try fixture.copyAndTruncate("a.csv", to: "a.csv.1")
        try fixture.append("c4;H1;0;200\n\"c5\";H1;0;200\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 2))
        #expect(fixture.failures == [] && fixture.problems.count == 1)
    }

    @Test(arguments: [
        Array("\u{FEFF}a".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
        Array("{\"c\":1}".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
    ])
    func sourceInOtherEncodingIsReported(bytes: [UInt8]) throws {
        let path = fixture.path("app.ndjson")
        try Data(bytes).write(to: URL(filePath: path))
        try fixture.run()
        #expect(fixture.failures == [.otherEncoding(path: path, "UTF-16")])
        #expect(
            "\(fixture.failures[0])"
                == "\(path): the file is encoded as UTF-16; convert it to UTF-8")
    }

    @Test func rejectedLineInCopyIsNotReportedAgain() throws {
        try fixture.append(SourceFixture.line(0) + "bad\n" + SourceFixture.line(1))
        #expect(try fixture.run() == IngestCounts(added: 2, rejected: 1))
        // As for a run that found no position in the file.
        try fixture.log.database.execute("DELETE FROM source_files")
        #expect(try fixture.run() == IngestCounts(known: 2))
        #expect(fixture.problems.count == 1)
    }

    @Test func sameRejectedLineInOtherFileIsReported() throws {
        try fixture.append("bad\n" + SourceFixture.line(0))
        try fixture.run()
        try fixture.append("bad\n" + SourceFixture.line(0) + "bad\n", to: "app.ndjson.new")
        try fixture.rename("app.ndjson.new", to: "app.ndjson")
        #expect(try fixture.run("app.ndjson") == IngestCounts(rejected: 1))
        #expect(fixture.problems == ["line 1: not JSON", "line 3: not JSON"])
    }
}
