import CivilTime
import DeliveryLog
import FoundationEssentials
import Glibc
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

@testable import Ingest

@Suite struct SourceReaderTests {
    private let fixture: SourceFixture

    init() throws {
        fixture = try SourceFixture()
    }

    private let first = IngestCounts(added: 3)

    @Test func runReadsOnlyNewLines() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(try fixture.run() == first)
        #expect(try fixture.run() == IngestCounts())
        try fixture.append(SourceFixture.lines(3..<5))
        #expect(try fixture.run() == IngestCounts(added: 2))
    }

    @Test func incompleteLineWaitsForItsEnd() throws {
        let line = SourceFixture.line(1)
        try fixture.append(SourceFixture.line(0) + line.prefix(20))
        #expect(try fixture.run() == IngestCounts(added: 1))
        try fixture.append(String(line.dropFirst(20)))
        #expect(try fixture.run() == IngestCounts(added: 1))
        #expect(fixture.problems == [])
    }

    @Test func restOfRenamedFileIsRead() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(try fixture.run() == first)
        try fixture.append(SourceFixture.lines(3..<5))
        try fixture.rename("app.ndjson", to: "app.ndjson.1")
        try fixture.append(SourceFixture.lines(5..<6))
        #expect(try fixture.run() == IngestCounts(added: 3))
    }

    @Test func restOfCopiedAndTruncatedFileIsRead() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(try fixture.run() == first)
        try fixture.append(SourceFixture.lines(3..<5))
        try fixture.copyAndTruncate("app.ndjson", to: "app.ndjson-20260101")
        // Longer than before, so that the size does not reveal the replacement.
        try fixture.append(SourceFixture.lines(5..<15))
        #expect(try fixture.run() == IngestCounts(added: 12))
    }

    @Test func compressedFileContinuesAtPositionOfOriginal() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(try fixture.run() == first)
        try fixture.append(SourceFixture.lines(3..<5) + SourceFixture.line(5).dropLast())
        try fixture.rename("app.ndjson", to: "app.ndjson.1")
        try fixture.gzip("app.ndjson.1")
        #expect(try fixture.run() == IngestCounts(added: 3))
        #expect(try fixture.run() == IngestCounts())
        try fixture.rename("app.ndjson.1.gz", to: "app.ndjson.2.gz")
        #expect(try fixture.run() == IngestCounts())
    }

    @Test func newCompressedFileIsReadOnce() throws {
        try fixture.append(SourceFixture.lines(0..<3), to: "app.ndjson.7")
        try fixture.gzip("app.ndjson.7")
        #expect(try fixture.run() == first)
        #expect(try fixture.run() == IngestCounts())
    }

    @Test func damagedGzipIsReadAndReportedOnce() throws {
        try fixture.append(SourceFixture.lines(0..<50_000), to: "app.ndjson.1")
        try fixture.gzip("app.ndjson.1")
        let path = fixture.path("app.ndjson.1.gz")
        let size = try Data(contentsOf: URL(filePath: path)).count
        #expect(truncate(path, size / 2) == 0)
        let counts = try fixture.run()
        #expect(counts.added > 10_000 && counts.records == counts.added)
        #expect(try fixture.run() == IngestCounts())
        #expect(fixture.failures.count == 1)
        #expect("\(fixture.failures[0])".hasPrefix("\(path): damaged gzip data after "))
    }

    /// gzip(1) creates the file before it writes to it, so a new one may still be incomplete.
    @Test(arguments: Compression.allCases)
    func emptyCompressedFileIsReportedOnceUnlessItIsNew(format: Compression) throws {
        let name = "app.ndjson.1" + format.suffix
        try fixture.append("", to: name)
        let path = fixture.path(name)
        let changed = try InputFile(path: path).modifiedAt.seconds
        try fixture.run("app.*", systemTime: changed + 60)
        #expect(fixture.failures == [])
        for _ in 0..<2 { try fixture.run("app.*", systemTime: changed + 180) }
        #expect(fixture.failures == [.damaged(path: path, by: format.program, after: 0)])
        try fixture.append(SourceFixture.lines(0..<3), to: "plain")
        try fixture.compress("plain", by: "\(format.program) -c plain >> \(name) #")
        #expect(try fixture.run("app.*") == first)
    }

    /// Rotation renames a file and then creates another one with its name.
    @Test func fileThatIsMissingBetweenRenameAndCreateIsNotAFailureYet() throws {
        let never = fixture.path("never.ndjson")
        try fixture.run("never.ndjson")
        #expect(fixture.failures == [.noMatch(pattern: never)])
        try fixture.append(SourceFixture.lines(0..<3))
        try fixture.run()
        try fixture.rename("app.ndjson", to: "app.moved")
        try fixture.run()
        #expect(fixture.absent == [fixture.path("app.ndjson")])
        #expect(fixture.failures.count == 1)
        try fixture.append(SourceFixture.lines(3..<5))
        #expect(try fixture.run() == IngestCounts(added: 2))
        // It has to be missing in two runs.
        try fixture.rename("app.ndjson", to: "app.moved2")
        for _ in 0..<3 { try fixture.run() }
        #expect(fixture.absent.count == 2)
        #expect(
            fixture.failures.dropFirst()
                == [
                    .noMatch(pattern: fixture.path("app.ndjson")),
                    .noMatch(pattern: fixture.path("app.ndjson")),
                ])
    }

    @Test func problemOfASourceIsRememberedUntilARunReadsIt() throws {
        try fixture.directory.write("{\0}\0", to: "app.ndjson")
        try fixture.directory.write("a,b\n1,2\n", to: "app.csv")
        for time in [10, 20] as [Int64] { try fixture.run("app.*", at: time) }
        let problems = try CheckpointStore.problems(of: fixture.log)
        #expect(problems.map(\.path) == [fixture.path("app.csv"), fixture.path("app.ndjson")])
        #expect(problems.map(\.problem) == fixture.failures.prefix(2).map { "\($0)" })
        #expect(problems.allSatisfy { $0.since == Instant(seconds: 10) && !$0.waits })
        try fixture.directory.write(SourceFixture.line(1), to: "app.ndjson")
        try fixture.run("app.*", at: 30)
        #expect(
            try CheckpointStore.problems(of: fixture.log).map(\.path) == [fixture.path("app.csv")])
        #expect(unlink(fixture.path("app.csv")) == 0)
        try fixture.run("app.*", at: 40)
        #expect(try CheckpointStore.problems(of: fixture.log) == [])
    }

    /// A program that starts each file with the same lines has written it again, and made it longer.
    @Test func fileThatIsWrittenAgainWithTheSameStartIsReadFromItsStart() throws {
        let start = SourceFixture.lines(0..<60)
        #expect(start.utf8.count > FileCheckpoint.Head.limit)
        try fixture.append(start + SourceFixture.lines(100..<105))
        #expect(try fixture.run() == IngestCounts(added: 65))
        #expect(truncate(fixture.path("app.ndjson"), 0) == 0)
        try fixture.append(start + SourceFixture.lines(200..<220))
        #expect(try fixture.run() == IngestCounts(added: 20, known: 60))
        try fixture.append(SourceFixture.line(220))
        #expect(try fixture.run() == IngestCounts(added: 1))
    }

    @Test func compressedFileThatIsWrittenAgainIsReadFromItsStart() throws {
        let start = SourceFixture.lines(0..<60)
        try fixture.append(start + SourceFixture.lines(100..<105), to: "one")
        try fixture.append(start + SourceFixture.lines(200..<220), to: "two")
        try fixture.compress("one", by: "gzip -c one > app.ndjson.1.gz #")
        #expect(try fixture.run() == IngestCounts(added: 65))
        try fixture.compress("two", by: "gzip -c two > app.ndjson.1.gz #")
        #expect(try fixture.run() == IngestCounts(added: 20, known: 60))
    }

    /// The file system gives the inode of a deleted file to the next one.
    @Test func fileWithTheInodeOfACompressedOneIsReadFromItsStart() throws {
        let start = SourceFixture.lines(0..<60)
        try fixture.append(start + SourceFixture.lines(100..<105))
        #expect(try fixture.run() == IngestCounts(added: 65))
        try fixture.compress("app.ndjson", by: "gzip -c app.ndjson > app.ndjson.1.gz; : >")
        try fixture.append(start + SourceFixture.lines(200..<220))
        #expect(try fixture.run() == IngestCounts(added: 20, known: 60))
        #expect(fixture.failures == [])
    }

    @Test func rejectedLinesAreSavedAndReportedOnce() throws {
        try fixture.append(SourceFixture.line(0) + "no\n" + SourceFixture.line(1))
        #expect(try fixture.run() == IngestCounts(added: 2, rejected: 1))
        try fixture.append("{}\n")
        #expect(try fixture.run() == IngestCounts(rejected: 1))
        #expect(fixture.problems == ["line 2: not JSON", "line 4: company is missing"])
        let kept = try fixture.log.database.rows("SELECT line, reason, record FROM source_rejects")
        {
            "\($0.int(0)) \($0.text(1)) \(String(decoding: $0.blob(2), as: UTF8.self))"
        }
        #expect(kept == ["2 not JSON no\n", "4 company is missing {}\n"])
    }

    @Test func tooLongLineIsRejectedOnce() throws {
        let long = String(repeating: "x", count: 3 << 20)
        try fixture.append(SourceFixture.line(0) + long)
        #expect(try fixture.run() == IngestCounts(added: 1))
        try fixture.append("\n" + SourceFixture.line(1))
        #expect(try fixture.run() == IngestCounts(added: 1, rejected: 1))
        #expect(
            fixture.problems == ["line 2: longer than 1 MiB; only its first 64 KiB are saved"])
    }

    @Test func csvContinuesWithHeaderRow() throws {
        try fixture.append("finished_at,status,company,callback_id\n0,200,H1,c1\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 1))
        try fixture.append("0,200,H1,c2\n0,200,H1,\"c\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 1))
        try fixture.copyAndTruncate("a.csv", to: "a.csv.1")
        try fixture.append("0,200,H1,c4\n", to: "a.csv")
        #expect(try fixture.run("a.csv") == IngestCounts(added: 1))
        #expect(fixture.failures == [])
    }

    @Test func filesWithEqualHeaderRowsAreDistinct() throws {
        let header = "finished_at,status,company,callback_id\n"
        for name in ["a.csv", "b.csv"] {
            try fixture.append(header, to: name)
            #expect(try fixture.run("*.csv") == IngestCounts())
        }
        for name in ["a.csv", "b.csv"] { try fixture.append("0,200,H1,\(name)\n", to: name) }
        #expect(try fixture.run("*.csv") == IngestCounts(added: 2))
    }

    @Test func filesWithEqualStartAreReadCompletely() throws {
        let beginning = SourceFixture.lines(100..<200)
        try fixture.append(beginning + SourceFixture.lines(200..<210), to: "a.ndjson")
        #expect(try fixture.run("a.ndjson") == IngestCounts(added: 110))
        try fixture.append(beginning + SourceFixture.lines(210..<230), to: "b.ndjson")
        #expect(try fixture.run("b.ndjson") == IngestCounts(added: 20, known: 100))
    }

    @Test func replacedFileIsReadFromStart() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(try fixture.run() == first)
        try FileManager.default.removeItem(atPath: fixture.path("app.ndjson"))
        try fixture.append(SourceFixture.lines(3..<9))
        #expect(try fixture.run() == IngestCounts(added: 6))
    }

    @Test func unreadableFilesAreReportedAndSkipped() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        #expect(symlink("nowhere", fixture.path("b.ndjson")) == 0)
        #expect(mkdir(fixture.path("c.ndjson"), 0o700) == 0)
        #expect(mkfifo(fixture.path("d.ndjson"), 0o600) == 0)
        #expect(try fixture.run("*.ndjson") == first)
        try fixture.run("missing*")
        #expect(
            fixture.failures == [
                .cannotOpen(path: fixture.path("b.ndjson"), code: ENOENT),
                .notAFile(path: fixture.path("c.ndjson")),
                .notAFile(path: fixture.path("d.ndjson")),
                .noMatch(pattern: fixture.path("missing*")),
            ])
    }

    @Test func positionAndRecordsAreStoredAtomically() throws {
        try fixture.append(SourceFixture.lines(0..<5000))
        let database = fixture.log.database
        try database.execute(
            """
            CREATE TEMP TRIGGER fail BEFORE INSERT ON attempts WHEN NEW.callback_id = 'c4500'
            BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END
            """)
        #expect(throws: StorageError.self) { try fixture.run() }
        #expect(try fixture.stored() == 4000)
        try database.execute("DROP TRIGGER fail")
        #expect(try fixture.run() == IngestCounts(added: 1000))
    }

    @Test func concurrentRunsReadEachLineOnce() throws {
        try fixture.append(SourceFixture.lines(0..<20_000))
        let (database, source) = (fixture.path("log.db"), fixture.path("app.ndjson"))
        let runs = (0..<3).map { _ in
            OwnThread {
                let log = try AttemptLog(Database(path: database))
                let reader = try SourceReader(
                    into: log, now: .init(seconds: 0), batchSize: 500
                ) { _ in }
                return try reader.readNew([SourcePattern(path: source)])
            }
        }
        let total = try runs.reduce(into: IngestCounts()) { $0 += try $1.value() }
        #expect(total == IngestCounts(added: 20_000))
    }

    @Test func filesNotSeenForLongAreDeleted() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        try fixture.run(at: 0)
        try fixture.run(at: 60 * 86_400)
        try fixture.run(at: 120 * 86_400)
        #expect(try fixture.log.database.integer("SELECT count(*) FROM source_files") == 1)
        try FileManager.default.removeItem(atPath: fixture.path("app.ndjson"))
        try fixture.run(at: 240 * 86_400)
        #expect(try fixture.log.database.integer("SELECT count(*) FROM source_files") == 0)
    }
}
