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
        #expect(SourcePaths.original(of: path) == original)
    }

    @Test func aFileThatRotationMovesAwayAfterItWasFoundIsNoFailure() throws {
        let reader = try SourceReader(into: bench.log, now: .init(seconds: 0)) { _ in }
        var tail = FileTail(path: bench.path("app.ndjson.1"), reader: reader)
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
        let tail = FileTail(path: bench.path("app.ndjson"), reader: reader)
        let file = try InputFile(path: tail.path, onlyRegular: true)
        try bench.append(SourceBench.lines(1..<100))
        #expect(try bench.run() == IngestCounts(added: 100, rejected: 1))
        var late = tail
        try late.readPlain(file)
        #expect(late.counts == IngestCounts())
        #expect(try bench.log.database.integer("SELECT count(*) FROM source_files") == 1)
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
