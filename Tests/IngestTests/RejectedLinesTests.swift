import Glibc
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

@testable import Ingest

/// Rejected lines of sources are saved next to the database.
@Suite struct RejectedLinesTests {
    private let fixture: SourceFixture
    private let rejected: RejectedLines

    init() throws {
        fixture = try SourceFixture()
        rejected = RejectedLines(nextTo: fixture.path("log.db"))
    }

    private func text(_ path: String) throws -> String {
        try fixture.directory.text(of: String(path.dropFirst(fixture.path("").count)))
    }

    @Test func rejectedLinesAreSavedUnchanged() throws {
        #expect(rejected.count() == 0)
        try fixture.append("bad 1\n" + SourceFixture.line(0) + "{}\r\n")
        try fixture.run()
        try fixture.append("bad 2\n")
        try fixture.run()
        #expect(rejected.paths == [fixture.path("log.db-rejected.ndjson")])
        #expect(try text(rejected.paths[0]) == "bad 1\n{}\r\nbad 2\n")
        #expect(rejected.count() == 3)
    }

    @Test func lineOfCopyIsSavedOnce() throws {
        try fixture.append("bad\n" + SourceFixture.line(0))
        try fixture.run()
        try fixture.copyAndTruncate("app.ndjson", to: "app.ndjson.1")
        try fixture.run()
        #expect(rejected.count() == 1)
    }

    /// A run that is killed after it has saved lines has not committed them. The next one saves them
    /// again, perhaps with others.
    @Test(arguments: [0, 1, 4, 11, 12])
    func linesOfAKilledRunAreSavedOnce(cut: Int) throws {
        try fixture.append("bad 0\n")
        try fixture.run()
        try fixture.log.database.execute(
            "CREATE TEMP TRIGGER kill BEFORE INSERT ON saved_files BEGIN SELECT RAISE(ABORT, 'killed'); END"
        )
        try fixture.append("bad 1\nbad 2\n" + SourceFixture.line(0))
        #expect(throws: StorageError.self) { try fixture.run() }
        let path = rejected.paths[0]
        #expect(try text(path) == "bad 0\nbad 1\nbad 2\n")
        // It may have been killed while it wrote them.
        #expect(truncate(path, 18 - cut) == 0)
        try fixture.log.database.execute("DROP TRIGGER kill")
        try fixture.append("bad 1\n")
        try fixture.run()
        #expect(try text(path) == "bad 0\nbad 1\nbad 2\nbad 1\n")
        #expect(rejected.count() == 4)
    }

    @Test func linesThatTheOperatorRemovedOrAddedChangeNothing() throws {
        try fixture.append("bad 0\nbad 1\n")
        try fixture.run()
        let path = rejected.paths[0]
        try fixture.directory.write("bad 1\n", to: "log.db-rejected.ndjson")
        try fixture.append("bad 1\n")
        try fixture.run()
        #expect(try text(path) == "bad 1\nbad 1\n")
        try fixture.append("note\n", to: "log.db-rejected.ndjson")
        try fixture.append("bad 2\n")
        try fixture.run()
        #expect(try text(path) == "bad 1\nbad 1\nnote\nbad 2\n")
    }

    @Test func moreThanAThousandLinesAreSaved() throws {
        try fixture.append((0..<1500).map { "bad \($0)\n" }.joined())
        try fixture.run()
        #expect(rejected.count() == 1500)
    }

    @Test func rejectedCSVRowsCanBeImported() throws {
        let header = "finished_at,status,company,callback_id\n"
        try fixture.append(header + "0,200,H1,c1\nx,200,H1,c2\n", to: "a.csv")
        try fixture.append("status,finished_at,company,callback_id\n999,0,H1,c3\n", to: "b.csv")
        try fixture.run("*.csv")
        #expect(rejected.paths.count == 2)
        #expect(rejected.count() == 2)
        let files = try rejected.paths.map(text)
        #expect(files.contains(header + "x,200,H1,c2\n"))
        let result = try Importer(into: fixture.log).read(rejected.paths)
        #expect(result.counts == IngestCounts(rejected: 2))
        #expect(result.failures == [])
    }

    @Test func sourceWaitsIfRejectedLinesCannotBeSaved() throws {
        try fixture.append("bad\n" + SourceFixture.line(0))
        #expect(mkdir(fixture.path("log.db-rejected.ndjson"), 0o700) == 0)
        #expect(try fixture.run() == IngestCounts())
        #expect(try fixture.stored() == 0)
        #expect(
            fixture.failures.map(\.description) == [
                "\(fixture.path("app.ndjson")): \(fixture.path("log.db-rejected.ndjson")): cannot save "
                    + "rejected lines: Is a directory; check the disk; the last change was not saved"
            ])
        #expect(rmdir(fixture.path("log.db-rejected.ndjson")) == 0)
        #expect(try fixture.run() == IngestCounts(added: 1, rejected: 1))
    }
}
