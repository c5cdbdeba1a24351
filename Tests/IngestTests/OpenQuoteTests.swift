import SQL
import Storage
import TestSupport
import Testing

@testable import Ingest

/// CSV sources with a quoted cell that is not closed, a second header row, or CR as line end.
@Suite struct OpenQuoteTests {
    private let fixture: SourceFixture
    private let header = "finished_at,status,company,callback_id,error\n"
    private let open = "0,500,H1,bad,\"oops\n"

    init() throws {
        fixture = try SourceFixture()
    }

    private func row(_ name: String) -> String { "0,500,H1,\(name),\n" }

    @discardableResult
    private func run(_ systemTime: Int64 = 0) throws -> IngestCounts {
        try fixture.run("app.csv*", systemTime: systemTime)
    }

    private func append(_ text: String) throws { try fixture.append(text, to: "app.csv") }

    @Test func rowsAfterAnOpenQuoteAreReadAtOnce() throws {
        try append(header + row("c1") + open + row("c2") + row("c3"))
        #expect(try run() == IngestCounts(added: 3, rejected: 1))
        let words = "line 3: a quoted cell is not closed, or text follows its closing quote"
        #expect(fixture.problems == [words])
        try append(row("c4"))
        #expect(try run(1) == IngestCounts(added: 1))
        #expect(RejectedLines(nextTo: fixture.log.path).count() == 1)
    }

    @Test func cellWithSeveralLinesIsNotBrokenWhileItGrows() throws {
        try append(header + row("c1") + "0,500,H1,c2,\"first\nsecond, with comma\n")
        #expect(try run() == IngestCounts(added: 1))
        try append("third\"\n" + row("c3"))
        #expect(try run(1) == IngestCounts(added: 2))
        #expect(fixture.problems == [])
    }

    /// Two rows each have one quote too many, and the rows between them are whole.
    @Test(arguments: [
        "0,500,H1,c3,oops\"\n", "0,500,H1,\"c3\",\n" + "0,500,H1,c4,\"\n", "0,500,H1,c3,\"\"\"\n",
    ])
    func rowsBetweenTwoStrayQuotesAreRead(rest: String) throws {
        let text = header + row("c1") + open + row("c2") + rest + row("c5")
        let problem = "line 3: a quoted cell is not closed, or text follows its closing quote"
        try append(text)
        let counts = try run()
        #expect(counts.added >= 3 && fixture.problems.first == problem, "\(fixture.problems)")
        #expect(RejectedLines(nextTo: fixture.log.path).count() == counts.rejected)
        let other = try SourceFixture()
        try other.append(text, to: "app.csv")
        let imported = try Importer(into: other.log).read([other.path("app.csv")]).counts
        #expect(imported.added >= 3 && imported.rejected >= 1, "\(imported)")
        for log in [fixture.log, other.log] {
            let ids = try log.database.rows("SELECT callback_id FROM attempts", []) { $0.text(0) }
            #expect(Set(ids).isSuperset(of: ["c1", "c2", "c5"]))
        }
    }

    /// Text that looks like a row, but is none.
    @Test func linesInACellThatAreNoRowsBelongToTheCell() throws {
        let text = "first\n1,2,3,4,5\n0,500,H1,,\n,,,,,,,,\nlast"
        try append(header + row("c1") + "0,500,H1,c2,\"\(text)\"\n" + row("c3"))
        // After its quote, this last line would be a row.
        try append("\"0\n0\",500,H1,c4,\n")
        #expect(try run() == IngestCounts(added: 3, rejected: 1))
        #expect(fixture.problems.map { $0.hasPrefix("line 9: finished_at: ") } == [true])
    }

    @Test func openQuoteAtTheEndIsReportedInEachRunAndInHealthFromTheSecond() throws {
        try append(header + row("c1") + open)
        try run()
        let waits = { try fixture.log.sourceProblems().map(\.waits) }
        #expect(try waits() == [true])
        try append("text\n")
        try run(1)
        #expect(try waits() == [false])
        try run(2)
        #expect(try waits() == [false])
        let start = header.utf8.count + row("c1").utf8.count
        #expect(fixture.openQuotes.count == 3)
        #expect(
            fixture.openQuotes.allSatisfy { $0.contains("the row at byte \(start) is not closed;") }
        )
        try append("\"\n")
        #expect(try run(3) == IngestCounts(added: 1))
        #expect(try waits() == [])
    }

    @Test(arguments: [false, true])
    func openQuoteInUnchangedFileIsRejectedByLine(isRotated: Bool) throws {
        try append(header + row("c1") + open + "text\n")
        if isRotated {
            try fixture.rename("app.csv", to: "app.csv.1")
            try append(header + row("c2"))
        }
        try run()
        #expect(fixture.waiting == [])
        let wait: Int64 = isRotated ? 120 : 86_400
        #expect(try run(wait - 1) == IngestCounts())
        #expect(try run(wait) == IngestCounts(rejected: 2))
        #expect(
            fixture.problems == [
                "line 3: a quoted cell is not closed, or text follows its closing quote",
                "line 4: 1 cell, but the header row has 5",
            ])
        #expect(RejectedLines(nextTo: fixture.log.path).count() == 2)
    }

    @Test func rowsAfterAnotherHeaderRowAreReadWithIt() throws {
        let other = "callback_id;company;finished_at;status\n"
        try append(header + row("c1") + "bad\n" + header + row("c2"))
        try append(other + "c3;H1;0;200\n" + "bad;\n")
        #expect(try run() == IngestCounts(added: 3, rejected: 2))
        try append("c4;H1;0;\"200\"\n")
        #expect(try run(1) == IngestCounts(added: 1))
        #expect(
            fixture.problems == [
                "line 3: 1 cell, but the header row has 5",
                "line 8: 2 cells, but the header row has 4",
            ])
        // Each rejected row is saved with its header row.
        #expect(RejectedLines(nextTo: fixture.log.path).paths.count == 2)
    }

    @Test(arguments: [
        "callback_id,company,finished_at,status,url", "url,callback_id,company,finished_at,status",
        "sep=;\rcallback_id;company;finished_at;status",
    ])
    func linesThatEndWithCROnlyAreRefused(header: String) throws {
        try append(header + "\rc1,H1,0,200,x\rc2,H1,0,200,x\r")
        try run()
        try run(1)
        let words = "line 1: lines end with CR only; convert them, for example with tr '\\r' '\\n'"
        #expect(fixture.failures.map { $0.description.hasSuffix(words) } == [true, true])
        #expect(try fixture.log.sourceProblems().map(\.waits) == [false])
        let result = try Importer(into: fixture.log).read([fixture.path("app.csv")])
        #expect(result.failures.map { $0.description.hasSuffix(words) } == [true])
    }
}

extension AttemptLog {
    fileprivate func sourceProblems() throws -> [SourceProblem] {
        try CheckpointStore.problems(of: self)
    }
}
