import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Ingest

/// A position and the file it belongs to, while others move both.
@Suite struct SourcePositionTests {
    private let bench: SourceBench
    private let reader: SourceReader

    init() throws {
        bench = try SourceBench()
        reader = try SourceReader(into: bench.log, now: .init(seconds: 0)) { _ in }
    }

    @Test func aPositionMovesOnlyFromWhereItWasFound() throws {
        try bench.append(SourceBench.line(0))
        try bench.run()
        let file = try InputFile(path: bench.path("app.ndjson"))
        let found = try #require(try reader.store.file(file.identity))
        try bench.append(SourceBench.line(1))
        try bench.run()
        var further = found.position
        further.place.offset += 1
        #expect(
            try !reader.store.move(
                found, to: further, head: found.head, modifiedAt: file.modifiedAt,
                now: reader.now))
        let kept = try #require(try reader.store.file(file.identity))
        #expect(kept.position.place.lines == 2)
    }

    @Test func whatStandsInAFileThatWasEmptiedMeanwhileIsNotTaken() throws {
        try bench.append(SourceBench.lines(0..<3))
        try bench.run()
        let tail = FileTailer(path: bench.path("app.ndjson"), reader: reader)
        let file = try InputFile(path: tail.path)
        let view = try FileView(of: file)
        let known = try #require(try reader.store.file(file.identity))
        try bench.copyAndTruncate("app.ndjson", to: "copy")
        // The old position is in the middle of a line now, and whole ones follow.
        try bench.append("x" + SourceBench.lines(3..<9))
        try file.seek(to: known.position.place.offset)
        var run = TailSession(of: known, start: view.start, in: file, tail: tail, takesRest: false)
        #expect(try run.read(FileBytes(file)))
        #expect(run.counts == IngestCounts())
        #expect(try bench.stored() == 3)
        #expect(try bench.run() == IngestCounts(added: 5, rejected: 1))
    }
}
