import CivilTime
import FoundationEssentials
import Glibc
import Storage
import TestSupport
import Testing

@testable import Ingest

/// Positions in files that other runs and rotation change at the same time.
@Suite struct SourcePositionTests {
    private let fixture: SourceFixture
    private let reader: SourceReader

    init() throws {
        fixture = try SourceFixture()
        reader = try SourceReader(into: fixture.log, now: .init(seconds: 0)) { _ in }
    }

    @Test func positionMovesOnlyFromKnownState() throws {
        try fixture.append(SourceFixture.line(0))
        try fixture.run()
        let file = try InputFile(path: fixture.path("app.ndjson"))
        let found = try #require(try reader.store.file(file.identity))
        try fixture.append(SourceFixture.line(1))
        try fixture.run()
        var further = found.position
        further.place.offset += 1
        #expect(
            try !reader.store.move(
                found, to: further, head: found.head, tail: nil,
                modifiedAt: file.modifiedAt,
                now: reader.now))
        let kept = try #require(try reader.store.file(file.identity))
        #expect(kept.position.place.lines == 2)
    }

    @Test func contentsOfReplacedFileAreNotImported() throws {
        try fixture.append(SourceFixture.lines(0..<3))
        try fixture.run()
        let tail = FileTailer(path: fixture.path("app.ndjson"), reader: reader)
        let file = try InputFile(path: tail.path)
        let view = try FileView(of: file)
        let known = try #require(try reader.store.file(file.identity))
        try fixture.copyAndTruncate("app.ndjson", to: "copy")
        // The old position is now in the middle of a line, and whole lines follow.
        try fixture.append("x" + SourceFixture.lines(3..<9))
        try file.seek(to: known.position.place.offset)
        var run = TailSession(
            of: known, start: view.start, in: file, tail: tail, .growing)
        #expect(try run.read(FileBytes(file)))
        #expect(run.counts == IngestCounts())
        #expect(try fixture.stored() == 3)
        #expect(try fixture.run() == IngestCounts(added: 5, rejected: 1))
    }
}
