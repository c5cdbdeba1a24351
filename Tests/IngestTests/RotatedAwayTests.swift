import CivilTime
import FoundationEssentials
import Glibc
import Storage
import TestSupport
import Testing

@testable import Ingest

/// After any rotation, the last lines of a log are read, or the loss is reported.
@Suite struct RotatedAwayTests {
    private let fixture: SourceFixture

    /// Creates a log of which one line was read, and to which another line was written since.
    init() throws {
        fixture = try SourceFixture()
        try fixture.append(SourceFixture.line(0))
        #expect(try fixture.run() == IngestCounts(added: 1))
        try fixture.append(SourceFixture.line(1))
    }

    /// Starts a new log and reads both.
    private func continueLog(rotatedTo: [String] = []) throws -> IngestCounts {
        try fixture.append(SourceFixture.line(2), to: "next")
        try fixture.rename("next", to: "app.ndjson")
        return try fixture.run(rotatedTo: rotatedTo)
    }

    private let all = IngestCounts(added: 2)

    @Test(arguments: [
        "app.ndjson.1", "app.ndjson-20260101", "app.ndjson.2026-11-28T10:30:00Z",
        "app.ndjson.bak", "app-2026-11-28T18-30-00.000.ndjson", "app.1.ndjson", "app_old_1.txt",
        "something else",
    ])
    func renamedLogIsFoundUnderAnyName(name: String) throws {
        try fixture.rename("app.ndjson", to: name)
        #expect(try continueLog() == all)
        #expect(fixture.failures == [])
        #expect(try fixture.run() == IngestCounts())
    }

    @Test(arguments: Compression.allCases, ["app.ndjson.1", "app-20261128.ndjson", "app_x.ndjson"])
    func compressedLogContinuesAtPositionOfOriginal(by compression: Compression, name: String)
        throws
    {
        try fixture.rename("app.ndjson", to: name)
        let packed = name + compression.suffix
        try fixture.compress(name, by: "\(compression.program) -c <\(name) >\(packed); rm")
        #expect(try continueLog() == all)
        #expect(fixture.failures == [])
        #expect(try fixture.run() == IngestCounts())
    }

    @Test func logIsFoundInConfiguredDirectory() throws {
        #expect(mkdir(fixture.path("old"), 0o700) == 0)
        try fixture.rename("app.ndjson", to: "old/app.ndjson.1")
        #expect(try continueLog(rotatedTo: ["old/*"]) == all)
        #expect(fixture.failures == [])
    }

    /// A search lists a folder, and then opens one file after the other. At the moment when it has
    /// read another file, the log moves from the name that was listed to a name that was not.
    @Test func logRenamedDuringSearchIsFound() throws {
        try prepareSearch { fixture in try? fixture.rename("app_b", to: "app 1") }
        #expect(try continueLog().added == 3)
        #expect(fixture.exists("app 1"))
        #expect(fixture.failures == [])
    }

    /// gzip(1) deletes the original when the compressed file is complete.
    @Test func logCompressedDuringSearchIsFound() throws {
        try prepareSearch { fixture in try? fixture.gzip("app_b") }
        #expect(try continueLog().added == 3)
        #expect(fixture.exists("app_b.gz"))
        #expect(fixture.failures == [])
    }

    /// The copy has only a part of what was already read from the log when the first run sees it.
    @Test func copyReadWhileItIsMadeProvidesRestOfTruncatedLog() throws {
        try fixture.append(SourceFixture.lines(100..<200))
        #expect(try fixture.run() == IngestCounts(added: 101))
        let start = SourceFixture.lines(0..<2) + SourceFixture.lines(100..<180)
        try fixture.append(start, to: "app.ndjson.1")
        #expect(try fixture.run().added == 0)
        let rest = SourceFixture.lines(180..<200) + SourceFixture.line(3)
        try fixture.append(rest, to: "app.ndjson.1")
        #expect(truncate(fixture.path("app.ndjson"), 0) == 0)
        try fixture.append(SourceFixture.line(2))
        #expect(try fixture.run().added == 2)
        #expect(fixture.failures == [])
    }

    /// Moves the log to a copy "app_b". The search first reads "app a", which starts with the same
    /// bytes.
    ///
    /// - Parameter move: Called when "app a" was read.
    private func prepareSearch(_ move: @escaping (SourceFixture) -> Void) throws {
        try fixture.append(SourceFixture.lines(100..<200))
        #expect(try fixture.run() == IngestCounts(added: 101))
        let start = SourceFixture.lines(0..<2) + SourceFixture.lines(100..<180)
        #expect(start.utf8.count > FileCheckpoint.Head.limit)
        try fixture.append(start + SourceFixture.line(8), to: "app a")
        try fixture.append(SourceFixture.line(3))
        try fixture.copyAndTruncate("app.ndjson", to: "app_b")
        #expect(unlink(fixture.path("app.ndjson")) == 0)
        fixture.whenRead = { [unowned fixture] path in
            if path == fixture.path("app a") { move(fixture) }
        }
    }

    @Test func missingLogIsReportedOnceWithPosition() throws {
        #expect(mkdir(fixture.path("old"), 0o700) == 0)
        try fixture.rename("app.ndjson", to: "old/app.ndjson.1")
        #expect(try continueLog() == IngestCounts(added: 1))
        let size = Int64(SourceFixture.line(0).utf8.count)
        #expect(
            fixture.failures == [
                .gone(path: fixture.path("app.ndjson"), offset: size, until: .init(seconds: 0))
            ])
        #expect(try fixture.run() == IngestCounts())
        #expect(fixture.failures.count == 1)
    }

    @Test func lossIsForgottenWhenTheRestIsRead() throws {
        let unread = UnreadEnds(nextTo: fixture.path("log.db"))
        #expect(mkdir(fixture.path("old"), 0o700) == 0)
        try fixture.rename("app.ndjson", to: "old/app.ndjson.1")
        _ = try continueLog()
        #expect(unread.count == 1)
        try unread.append(
            .gone(path: "other", offset: 1, until: .init(seconds: 0)), at: .init(seconds: 0))
        #expect(try fixture.run(rotatedTo: ["old/*"]) == IngestCounts(added: 1))
        #expect(unread.count == 1)
        #expect(try fixture.directory.text(of: "log.db-unread.txt").contains(" other: "))
    }

    @Test func damageIsForgottenWhenTheFileIsRestored() throws {
        let unread = UnreadEnds(nextTo: fixture.path("log.db"))
        try fixture.append(SourceFixture.lines(100..<50_000), to: "app.ndjson.1")
        try fixture.gzip("app.ndjson.1")
        let whole = try Data(contentsOf: URL(filePath: fixture.path("app.ndjson.1.gz")))
        try fixture.directory.write(whole.prefix(whole.count / 2), to: "app.ndjson.1.gz")
        try fixture.run()
        #expect(fixture.failures.count == 1 && unread.count == 1)
        try fixture.directory.write(whole.prefix(whole.count * 2 / 3), to: "app.ndjson.1.gz")
        try fixture.run()
        #expect(fixture.failures.count == 2 && unread.count == 1)
        try fixture.directory.write(whole, to: "restored")
        try fixture.rename("restored", to: "app.ndjson.1.gz")
        try fixture.run()
        #expect(fixture.failures.count == 2 && !fixture.exists("log.db-unread.txt"))
        #expect(try fixture.stored() == 49_902)
    }

    /// The message about the damage says what is lost.
    @Test func logWithADamagedCopyIsNotMissingToo() throws {
        try fixture.append(SourceFixture.lines(100..<50_000))
        try fixture.run()
        try fixture.append(SourceFixture.line(2))
        try fixture.gzip("app.ndjson")
        let whole = try Data(contentsOf: URL(filePath: fixture.path("app.ndjson.gz")))
        #expect(unlink(fixture.path("app.ndjson.gz")) == 0)
        try fixture.directory.write(whole.prefix(whole.count / 2), to: "app.ndjson.1.gz")
        try fixture.append(SourceFixture.line(3))
        for _ in 0..<2 { try fixture.run() }
        #expect(fixture.failures.count == 1)
        #expect("\(fixture.failures[0])".contains("damaged gzip data after "))
    }

    @Test func logTruncatedWithoutCopyIsReported() throws {
        #expect(truncate(fixture.path("app.ndjson"), 0) == 0)
        try fixture.append(SourceFixture.line(7))
        #expect(try fixture.run() == IngestCounts(added: 1))
        #expect(fixture.failures.count == 1)
    }

    @Test func copyUnderAnyNameProvidesRestOfTruncatedLog() throws {
        try fixture.copyAndTruncate("app.ndjson", to: "app copy")
        try fixture.append(SourceFixture.line(2))
        #expect(try fixture.run() == all)
        #expect(fixture.failures == [])
    }

    @Test func formerLinkTargetIsReadCompletely() throws {
        try fixture.append(SourceFixture.line(10), to: "app-1")
        #expect(symlink("app-1", fixture.path("current.ndjson")) == 0)
        #expect(try fixture.run("current.ndjson") == IngestCounts(added: 1))
        try fixture.append(SourceFixture.line(11), to: "app-1")
        try fixture.append(SourceFixture.line(12), to: "app-2")
        #expect(unlink(fixture.path("current.ndjson")) == 0)
        #expect(symlink("app-2", fixture.path("current.ndjson")) == 0)
        #expect(try fixture.run("current.ndjson") == all)
        #expect(fixture.failures == [])
    }

    /// A program opens the next file at midnight and writes its first line later.
    @Test func formerLinkTargetThatWasEmptyIsReadCompletely() throws {
        try fixture.append("", to: "app-1")
        #expect(symlink("app-1", fixture.path("current.ndjson")) == 0)
        #expect(try fixture.run("current.ndjson") == IngestCounts())
        try fixture.append(SourceFixture.line(11), to: "app-1")
        try fixture.append(SourceFixture.line(12), to: "app-2")
        #expect(unlink(fixture.path("current.ndjson")) == 0)
        #expect(symlink("app-2", fixture.path("current.ndjson")) == 0)
        #expect(try fixture.run("current.ndjson") == all)
        try fixture.append(SourceFixture.line(13), to: "app-2")
        #expect(try fixture.run("current.ndjson") == IngestCounts(added: 1))
        #expect(fixture.failures == [])
    }

    @Test func deletedLogThatWasEmptyIsNotReported() throws {
        try fixture.append("", to: "other.log")
        #expect(try fixture.run("other.log") == IngestCounts())
        #expect(unlink(fixture.path("other.log")) == 0)
        try fixture.append(SourceFixture.line(11), to: "other.log")
        #expect(try fixture.run("other.log") == IngestCounts(added: 1))
        #expect(fixture.failures == [])
    }

    @Test func deletedRotatedLogIsNotReported() throws {
        try fixture.rename("app.ndjson", to: "app.ndjson.1")
        #expect(try continueLog() == all)
        #expect(unlink(fixture.path("app.ndjson.1")) == 0)
        #expect(try fixture.run() == IngestCounts())
        #expect(fixture.failures == [])
    }

    @Test func datedFileMayDisappearAfterAnHour() throws {
        try fixture.append(SourceFixture.line(20), to: "day-1.log")
        try fixture.append(SourceFixture.line(21), to: "day-2.log")
        #expect(try fixture.run("day-*.log") == all)
        let later = Int64(time(nil)) + 7200
        #expect(unlink(fixture.path("day-1.log")) == 0)
        try fixture.run("day-*.log", lastRun: later)
        #expect(fixture.failures == [])
        #expect(unlink(fixture.path("day-2.log")) == 0)
        try fixture.append(SourceFixture.line(22), to: "day-3.log")
        try fixture.run("day-*.log", lastRun: later - 7200)
        #expect(fixture.failures.count == 1)
    }

    @Test func missingProgramNamesItsPackage() {
        let error = IngestError.noProgram(path: "a.xz", name: "xz", code: ENOENT)
        #expect(
            "\(error)"
                == "a.xz: cannot start xz (No such file or directory); install the package 'xz-utils'"
        )
    }
}
