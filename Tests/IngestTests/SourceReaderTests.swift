import DeliveryLog
import FoundationEssentials
import Glibc
import SQLite
import Storage
import TestSupport
import Testing

@testable import Ingest

@Suite struct SourceReaderTests {
    private let bench: SourceBench

    init() throws {
        bench = try SourceBench()
    }

    private let first = IngestCounts(added: 3)

    @Test func aRunReadsOnlyWhatIsNew() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(try bench.run() == first)
        #expect(try bench.run() == IngestCounts())
        try bench.append(SourceBench.lines(3..<5))
        #expect(try bench.run() == IngestCounts(added: 2))
    }

    @Test func aHalfWrittenLineWaitsForItsEnd() throws {
        let line = SourceBench.line(1)
        try bench.append(SourceBench.line(0) + line.prefix(20))
        #expect(try bench.run() == IngestCounts(added: 1))
        try bench.append(String(line.dropFirst(20)))
        #expect(try bench.run() == IngestCounts(added: 1))
        #expect(bench.problems == [])
    }

    @Test func theRestOfARenamedFileIsReadToo() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(try bench.run() == first)
        try bench.append(SourceBench.lines(3..<5))
        try bench.rename("app.ndjson", to: "app.ndjson.1")
        try bench.append(SourceBench.lines(5..<6))
        #expect(try bench.run() == IngestCounts(added: 3))
    }

    @Test func theRestOfACopiedAndEmptiedFileIsReadToo() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(try bench.run() == first)
        try bench.append(SourceBench.lines(3..<5))
        try bench.copyAndTruncate("app.ndjson", to: "app.ndjson-20260101")
        // More than was there before, so that its size does not give it away.
        try bench.append(SourceBench.lines(5..<15))
        #expect(try bench.run() == IngestCounts(added: 12))
    }

    @Test func aCompressedFileGoesOnWhereItsOriginalWas() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(try bench.run() == first)
        try bench.append(SourceBench.lines(3..<5) + SourceBench.line(5).dropLast())
        try bench.rename("app.ndjson", to: "app.ndjson.1")
        try bench.gzip("app.ndjson.1")
        #expect(try bench.run() == IngestCounts(added: 3))
        #expect(try bench.run() == IngestCounts())
        try bench.rename("app.ndjson.1.gz", to: "app.ndjson.2.gz")
        #expect(try bench.run() == IngestCounts())
    }

    @Test func aCompressedFileThatWasNeverSeenIsReadOnce() throws {
        try bench.append(SourceBench.lines(0..<3), to: "app.ndjson.7")
        try bench.gzip("app.ndjson.7")
        #expect(try bench.run() == first)
        #expect(try bench.run() == IngestCounts())
    }

    @Test func damagedGzipGivesWhatIsWholeAndIsToldOfOnce() throws {
        try bench.append(SourceBench.lines(0..<50_000), to: "app.ndjson.1")
        try bench.gzip("app.ndjson.1")
        let path = bench.path("app.ndjson.1.gz")
        let size = try Data(contentsOf: URL(filePath: path)).count
        #expect(truncate(path, size / 2) == 0)
        let counts = try bench.run()
        #expect(counts.added > 10_000 && counts.records == counts.added)
        #expect(try bench.run() == IngestCounts())
        #expect(bench.failures == [.damaged(path: path, by: "gzip")])
    }

    @Test func badLinesAreKeptAsideAndToldOfOnce() throws {
        try bench.append(SourceBench.line(0) + "no\n" + SourceBench.line(1))
        #expect(try bench.run() == IngestCounts(added: 2, rejected: 1))
        try bench.append("{}\n")
        #expect(try bench.run() == IngestCounts(rejected: 1))
        #expect(bench.problems == ["line 2: not JSON", "line 4: company is missing"])
        let kept = try bench.log.database.rows("SELECT line, reason, record FROM source_rejects") {
            "\($0.int(0)) \($0.text(1)) \(String(decoding: $0.blob(2), as: UTF8.self))"
        }
        #expect(kept == ["2 not JSON no\n", "4 company is missing {}\n"])
    }

    @Test func aLineThatIsTooLongIsPassedOverOnce() throws {
        let long = String(repeating: "x", count: 3 << 20)
        try bench.append(SourceBench.line(0) + long)
        #expect(try bench.run() == IngestCounts(added: 1))
        try bench.append("\n" + SourceBench.line(1))
        #expect(try bench.run() == IngestCounts(added: 1, rejected: 1))
        #expect(bench.problems == ["line 2: longer than 1 MiB"])
    }

    @Test func csvGoesOnWithItsHeaderRow() throws {
        try bench.append("finished_at,status,company,callback_id\n0,200,H1,c1\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 1))
        try bench.append("0,200,H1,c2\n0,200,H1,\"c\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 1))
        try bench.copyAndTruncate("a.csv", to: "a.csv.1")
        try bench.append("0,200,H1,c4\n", to: "a.csv")
        #expect(try bench.run("a.csv") == IngestCounts(added: 1))
        #expect(bench.failures == [])
    }

    @Test func twoFilesWithOneHeaderRowAreTwoFiles() throws {
        let header = "finished_at,status,company,callback_id\n"
        for name in ["a.csv", "b.csv"] {
            try bench.append(header, to: name)
            #expect(try bench.run("*.csv") == IngestCounts())
        }
        for name in ["a.csv", "b.csv"] { try bench.append("0,200,H1,\(name)\n", to: name) }
        #expect(try bench.run("*.csv") == IngestCounts(added: 2))
    }

    @Test func filesThatBeginAlikeAndGoOnDifferentlyAreReadWhole() throws {
        let beginning = SourceBench.lines(100..<200)
        try bench.append(beginning + SourceBench.lines(200..<210), to: "a.ndjson")
        #expect(try bench.run("a.ndjson") == IngestCounts(added: 110))
        try bench.append(beginning + SourceBench.lines(210..<230), to: "b.ndjson")
        #expect(try bench.run("b.ndjson") == IngestCounts(added: 20, known: 100))
    }

    @Test func aFileThatIsReplacedUnderItsNameIsReadFromItsStart() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(try bench.run() == first)
        try FileManager.default.removeItem(atPath: bench.path("app.ndjson"))
        try bench.append(SourceBench.lines(3..<9))
        #expect(try bench.run() == IngestCounts(added: 6))
    }

    @Test func whatCannotBeReadIsToldOfAndStopsNothing() throws {
        try bench.append(SourceBench.lines(0..<3))
        #expect(symlink("nowhere", bench.path("b.ndjson")) == 0)
        #expect(mkdir(bench.path("c.ndjson"), 0o700) == 0)
        #expect(mkfifo(bench.path("d.ndjson"), 0o600) == 0)
        #expect(try bench.run("*.ndjson") == first)
        try bench.run("missing*")
        #expect(
            bench.failures == [
                .cannotOpen(path: bench.path("b.ndjson"), code: ENOENT),
                .notAFile(path: bench.path("c.ndjson")), .notAFile(path: bench.path("d.ndjson")),
                .noMatch(pattern: bench.path("missing*")),
            ])
    }

    @Test func positionAndRecordsAreStoredTogetherOrNotAtAll() throws {
        try bench.append(SourceBench.lines(0..<5000))
        let database = bench.log.database
        try database.execute(
            """
            CREATE TEMP TRIGGER fail BEFORE INSERT ON attempts WHEN NEW.callback_id = 'c4500'
            BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END
            """)
        #expect(throws: DatabaseError.self) { try bench.run() }
        #expect(try bench.stored() == 4000)
        try database.execute("DROP TRIGGER fail")
        #expect(try bench.run() == IngestCounts(added: 1000))
    }

    @Test func runsAtOnceShareAFileAndRepeatNothing() throws {
        try bench.append(SourceBench.lines(0..<20_000))
        let (database, source) = (bench.path("log.db"), bench.path("app.ndjson"))
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

    @Test func filesThatWereNotSeenForLongAreForgotten() throws {
        try bench.append(SourceBench.lines(0..<3))
        try bench.run(at: 0)
        try bench.run(at: 60 * 86_400)
        try bench.run(at: 120 * 86_400)
        #expect(try bench.log.database.integer("SELECT count(*) FROM source_files") == 1)
        try FileManager.default.removeItem(atPath: bench.path("app.ndjson"))
        try bench.run(at: 240 * 86_400)
        #expect(try bench.log.database.integer("SELECT count(*) FROM source_files") == 0)
    }
}
