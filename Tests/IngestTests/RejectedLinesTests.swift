import Glibc
import Testing

@testable import Ingest

/// Lines of sources that are not taken lie beside the database until somebody looks at them.
@Suite struct RejectedLinesTests {
    private let bench: SourceBench
    private let rejected: RejectedLines

    init() throws {
        bench = try SourceBench()
        rejected = RejectedLines(besides: bench.path("log.db"))
    }

    private func text(_ path: String) throws -> String {
        try bench.directory.text(of: String(path.dropFirst(bench.path("").count)))
    }

    @Test func everyRejectedLineIsKeptUnchanged() throws {
        #expect(rejected.count() == 0)
        try bench.append("bad 1\n" + SourceBench.line(0) + "{}\r\n")
        try bench.run()
        try bench.append("bad 2\n")
        try bench.run()
        #expect(rejected.paths == [bench.path("log.db-rejected.ndjson")])
        #expect(try text(rejected.paths[0]) == "bad 1\n{}\r\nbad 2\n")
        #expect(rejected.count() == 3)
    }

    @Test func aLineOfACopyIsKeptOnce() throws {
        try bench.append("bad\n" + SourceBench.line(0))
        try bench.run()
        try bench.copyAndTruncate("app.ndjson", to: "app.ndjson.1")
        try bench.run()
        #expect(rejected.count() == 1)
    }

    @Test func moreThanAThousandAreKept() throws {
        try bench.append((0..<1500).map { "bad \($0)\n" }.joined())
        try bench.run()
        #expect(rejected.count() == 1500)
    }

    @Test func csvRowsCanBeImportedAgain() throws {
        let header = "finished_at,status,company,callback_id\n"
        try bench.append(header + "0,200,H1,c1\nx,200,H1,c2\n", to: "a.csv")
        try bench.append("status,finished_at,company,callback_id\n999,0,H1,c3\n", to: "b.csv")
        try bench.run("*.csv")
        #expect(rejected.paths.count == 2)
        #expect(rejected.count() == 2)
        let files = try rejected.paths.map(text)
        #expect(files.contains(header + "x,200,H1,c2\n"))
        let result = try Importer(into: bench.log).read(rejected.paths)
        #expect(result.counts == IngestCounts(rejected: 2))
        #expect(result.failures == [])
    }

    @Test func nothingIsTakenWhereRejectedLinesCannotBeKept() throws {
        try bench.append("bad\n" + SourceBench.line(0))
        #expect(mkdir(bench.path("log.db-rejected.ndjson"), 0o700) == 0)
        #expect(throws: (any Error).self) { try bench.run() }
        #expect(try bench.stored() == 0)
        #expect(rmdir(bench.path("log.db-rejected.ndjson")) == 0)
        #expect(try bench.run() == IngestCounts(added: 1, rejected: 1))
    }
}
