import FoundationEssentials
import Glibc
import Testing

@testable import Ingest

/// What a rotation does at the worst moment.
@Suite struct SourceRotationTests {
    private let bench: SourceBench

    init() throws {
        bench = try SourceBench()
    }

    private let header = "finished_at,status,company,callback_id\n"

    @Test func aCopyWithoutHeaderRowTakesThatOfItsRotation() throws {
        try bench.append(header + "0,200,H1,c1\n", to: "a.csv.1")
        #expect(try bench.run("a.csv") == IngestCounts(added: 1))
        try bench.rename("a.csv.1", to: "a.csv-20260101_1")
        try bench.append("0,200,H1,c2\n", to: "a.csv.1")
        try bench.gzip("a.csv.1")
        try bench.append("0,200,H1,c3\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 2))
        #expect(bench.failures == [])
    }

    @Test func anotherLogGivesNoHeaderRow() throws {
        try bench.append(header, to: "a.csv")
        try bench.run("*.csv")
        try bench.append("0,200,H1,c2\n", to: "b.csv")
        #expect(try bench.run("*.csv") == IngestCounts())
        #expect(bench.failures.count == 1)
    }

    @Test(arguments: [
        ("log/a.csv", "log/a.csv"), ("a.csv.1", "a.csv"), ("a.csv.12.gz", "a.csv"),
        ("a.csv.gz", "a.csv"), ("a.csv.old", "a.csv"), ("a.csv-20260101", "a.csv"),
        ("a.csv.2026-01-01_1.gz", "a.csv"), ("/1.2/a.csv", "/1.2/a.csv"), ("a.", "a."), ("", ""),
        ("a-.csv", "a-.csv"), (".gz", ""), ("a.old.gz", "a"), ("a--1", "a-"),
    ])
    func theNameTellsWhatWasRotated(path: String, original: String) {
        #expect(LogName.original(of: path) == original)
    }

    @Test func aFileThatRotationMovesAwayAfterItWasFoundIsNoFailure() throws {
        let reader = try SourceReader(into: bench.log, now: .init(seconds: 0)) { _ in }
        var tail = FileTailer(path: bench.path("app.ndjson.1"), reader: reader)
        try tail.readAll()
        #expect(tail.counts == IngestCounts())
    }

    @Test func aFileThatIsStillBeingCompressedIsLeftToItsOriginal() throws {
        let name = "app.ndjson.1"
        try bench.append("bad\n" + SourceBench.lines(0..<50_000), to: name)
        try FileManager.default.copyItem(atPath: bench.path(name), toPath: bench.path("copy"))
        try bench.gzip("copy")
        let packed = try Data(contentsOf: URL(filePath: bench.path("copy.gz")))
        // gzip has written half of it, and then all, and then removes the original.
        try packed.prefix(packed.count / 2).write(to: URL(filePath: bench.path("\(name).gz")))
        #expect(try bench.run() == IngestCounts(added: 50_000, rejected: 1))
        #expect(try bench.run() == IngestCounts())
        let half = open(bench.path("\(name).gz"), O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(half) }
        let rest = Array(packed.suffix(from: packed.count / 2))
        #expect(write(half, rest, rest.count) == rest.count)
        #expect(unlink(bench.path(name)) == 0)
        #expect(try bench.run() == IngestCounts())
        #expect(bench.failures == [] && bench.problems.count == 1)
    }

    @Test func aRunThatLookedBeforeAnotherReadOnGoesOnBehindIt() throws {
        try bench.append("bad\n" + SourceBench.line(0))
        let reader = try SourceReader(into: bench.log, now: .init(seconds: 0)) { _ in }
        let tail = FileTailer(path: bench.path("app.ndjson"), reader: reader)
        let file = try InputFile(path: tail.path, onlyRegular: true)
        try bench.append(SourceBench.lines(1..<100))
        #expect(try bench.run() == IngestCounts(added: 100, rejected: 1))
        var late = tail
        try late.readPlain(file)
        #expect(late.counts == IngestCounts())
        #expect(try bench.log.database.integer("SELECT count(*) FROM source_files") == 1)
    }

    /// A writer that did not open the file for appending leaves a hole at its start.
    @Test(arguments: [1, 200])
    func nothingIsLostBehindTheHoleOfCopyTruncate(count: Int) throws {
        var size = 0
        for round in 0..<4 {
            let first = 10_000 * round
            let early = SourceBench.lines(first..<first + count)
            try bench.write(early, at: size)
            #expect(try bench.run() == IngestCounts(added: count))
            let late = SourceBench.lines(first + count..<first + 2 * count)
            try bench.write(late, at: size + early.utf8.count)
            size += early.utf8.count + late.utf8.count
            try bench.copyAndTruncate("app.ndjson", to: "app.ndjson.1")
            let next = SourceBench.lines(first + 5000..<first + 5001)
            try bench.write(next, at: size)
            size += next.utf8.count
            let found = try bench.run()
            #expect(found.added == count + 1 && found.rejected == 0, "round \(round)")
        }
        #expect(try bench.stored() == Int64(4 * (2 * count + 1)))
        #expect(bench.problems == [] && bench.failures == [])
    }

    @Test func spaceThatAWriterReservesIsReadWhenItIsFilled() throws {
        let (first, second) = (SourceBench.line(0), SourceBench.line(1))
        let size = first.utf8.count
        try bench.write(first + String(repeating: "\0", count: 1000), at: 0)
        #expect(try bench.run() == IngestCounts(added: 1))
        try bench.write(String(second.prefix(20)), at: size)
        #expect(try bench.run().added == 0)
        try bench.write(second, at: size)
        #expect(try bench.run().added == 1)
        #expect(bench.problems == [])
    }

    @Test func aLineThatPowerLossCutCostsNoneBehindTheHole() throws {
        let cut = SourceBench.line(0).prefix(30) + String(repeating: "\0", count: 100)
        try bench.append(cut + SourceBench.lines(1..<3))
        #expect(try bench.run() == IngestCounts(added: 2, rejected: 1))
        #expect(bench.problems == ["line 1: not JSON"])
    }

    @Test(arguments: ["sep=;\n", "\n", "\r\n"])
    func aHeaderRowMayComeInALaterRunThanTheLineBeforeIt(line: String) throws {
        try bench.append(line, to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts())
        try bench.append("callback_id;company;finished_at;status\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts())
        try bench.append("c1;H1;0;200\n\"c\n2\";H1;0;200\nc3;H1;0;200\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 2, rejected: 1))
        try bench.copyAndTruncate("a.csv", to: "a.csv.1")
        try bench.append("c4;H1;0;200\n\"c5\";H1;0;200\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 2))
        #expect(bench.failures == [] && bench.problems.count == 1)
    }

    @Test(arguments: [
        Array("\u{FEFF}a".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
        Array("{\"c\":1}".utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
    ])
    func aSourceThatIsNotUTF8IsNamed(bytes: [UInt8]) throws {
        let path = bench.path("app.ndjson")
        try Data(bytes).write(to: URL(filePath: path))
        try bench.run()
        #expect(bench.failures == [.otherEncoding(path: path, "UTF-16")])
        #expect("\(bench.failures[0])" == "\(path): the file is UTF-16; write it as UTF-8")
    }

    @Test func aBadLineInACopyIsNotToldOfAgain() throws {
        try bench.append(SourceBench.line(0) + "bad\n" + SourceBench.line(1))
        #expect(try bench.run() == IngestCounts(added: 2, rejected: 1))
        // As for a run that found no position in the file it goes on with.
        try bench.log.database.execute("DELETE FROM source_files")
        #expect(try bench.run() == IngestCounts(known: 2))
        #expect(bench.problems.count == 1)
    }

    @Test func theSameBadLineInAnotherFileIsToldOf() throws {
        try bench.append("bad\n" + SourceBench.line(0))
        try bench.run()
        try bench.append("bad\n" + SourceBench.line(0) + "bad\n", to: "app.ndjson.new")
        try bench.rename("app.ndjson.new", to: "app.ndjson")
        #expect(try bench.run("app.ndjson") == IngestCounts(rejected: 1))
        #expect(bench.problems == ["line 1: not JSON", "line 3: not JSON"])
    }
}
