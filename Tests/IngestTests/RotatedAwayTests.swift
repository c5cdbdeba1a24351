import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Ingest

/// Whatever name, folder or form a rotation gives a log: its last lines are read, or it is said
/// which are not.
@Suite struct RotatedAwayTests {
    private let bench: SourceBench

    /// A log of which one line was read, and another one written since.
    init() throws {
        bench = try SourceBench()
        try bench.append(SourceBench.line(0))
        #expect(try bench.run() == IngestCounts(added: 1))
        try bench.append(SourceBench.line(1))
    }

    /// Goes on with a new log and reads both.
    private func readOn(rotatedTo: [String] = []) throws -> IngestCounts {
        try bench.append(SourceBench.line(2), to: "next")
        try bench.rename("next", to: "app.ndjson")
        return try bench.run(rotatedTo: rotatedTo)
    }

    private let all = IngestCounts(added: 2)

    @Test(arguments: [
        "app.ndjson.1", "app.ndjson-20260101", "app.ndjson.2026-11-28T10:30:00Z",
        "app.ndjson.bak", "app-2026-11-28T18-30-00.000.ndjson", "app.1.ndjson", "app_old_1.txt",
        "something else",
    ])
    func aRenamedLogIsFoundUnderAnyName(name: String) throws {
        try bench.rename("app.ndjson", to: name)
        #expect(try readOn() == all)
        #expect(bench.failures == [])
        #expect(try bench.run() == IngestCounts())
    }

    @Test(arguments: Compression.allCases, ["app.ndjson.1", "app-20261128.ndjson", "app_x.ndjson"])
    func aCompressedLogGoesOnWhereItsOriginalWas(by compression: Compression, name: String) throws {
        try bench.rename("app.ndjson", to: name)
        let packed = name + compression.suffix
        try bench.compress(name, by: "\(compression.program) -c <\(name) >\(packed); rm")
        #expect(try readOn() == all)
        #expect(bench.failures == [])
        #expect(try bench.run() == IngestCounts())
    }

    @Test func aLogInAnotherFolderIsFoundWhereTheSourceSaysSo() throws {
        #expect(mkdir(bench.path("old"), 0o700) == 0)
        try bench.rename("app.ndjson", to: "old/app.ndjson.1")
        #expect(try readOn(rotatedTo: ["old/*"]) == all)
        #expect(bench.failures == [])
    }

    @Test func aLogThatIsNowhereIsSaidOnceWithTheByteUpToWhichItWasRead() throws {
        #expect(mkdir(bench.path("old"), 0o700) == 0)
        try bench.rename("app.ndjson", to: "old/app.ndjson.1")
        #expect(try readOn() == IngestCounts(added: 1))
        let size = Int64(SourceBench.line(0).utf8.count)
        #expect(
            bench.failures == [
                .gone(path: bench.path("app.ndjson"), offset: size, until: .init(seconds: 0))
            ])
        #expect(try bench.run() == IngestCounts())
        #expect(bench.failures.count == 1)
    }

    @Test func aLogThatWasEmptiedWithoutACopyIsSaid() throws {
        #expect(truncate(bench.path("app.ndjson"), 0) == 0)
        try bench.append(SourceBench.line(7))
        #expect(try bench.run() == IngestCounts(added: 1))
        #expect(bench.failures.count == 1)
    }

    @Test func aCopyOfAnyNameTakesTheRestOfAnEmptiedLog() throws {
        try bench.copyAndTruncate("app.ndjson", to: "app copy")
        try bench.append(SourceBench.line(2))
        #expect(try bench.run() == all)
        #expect(bench.failures == [])
    }

    @Test func theFileThatALinkLedToIsReadToItsEnd() throws {
        try bench.append(SourceBench.line(10), to: "app-1")
        #expect(symlink("app-1", bench.path("current.ndjson")) == 0)
        #expect(try bench.run("current.ndjson") == IngestCounts(added: 1))
        try bench.append(SourceBench.line(11), to: "app-1")
        try bench.append(SourceBench.line(12), to: "app-2")
        #expect(unlink(bench.path("current.ndjson")) == 0)
        #expect(symlink("app-2", bench.path("current.ndjson")) == 0)
        #expect(try bench.run("current.ndjson") == all)
        #expect(bench.failures == [])
    }

    @Test func aRotatedLogThatIsDeletedIsNoLoss() throws {
        try bench.rename("app.ndjson", to: "app.ndjson.1")
        #expect(try readOn() == all)
        #expect(unlink(bench.path("app.ndjson.1")) == 0)
        #expect(try bench.run() == IngestCounts())
        #expect(bench.failures == [])
    }

    @Test func aFileOfADayThatWasLeftAloneForAnHourMayGo() throws {
        try bench.append(SourceBench.line(20), to: "day-1.log")
        try bench.append(SourceBench.line(21), to: "day-2.log")
        #expect(try bench.run("day-*.log") == all)
        let later = Int64(time(nil)) + 7200
        #expect(unlink(bench.path("day-1.log")) == 0)
        try bench.run("day-*.log", lastRun: later)
        #expect(bench.failures == [])
        #expect(unlink(bench.path("day-2.log")) == 0)
        try bench.append(SourceBench.line(22), to: "day-3.log")
        try bench.run("day-*.log", lastRun: later - 7200)
        #expect(bench.failures.count == 1)
    }

    @Test func aFormThatNoProgramReadsNamesThePackage() {
        let error = IngestError.noProgram(path: "a.xz", name: "xz", code: ENOENT)
        #expect(
            "\(error)"
                == "a.xz: cannot start xz (No such file or directory); install the package 'xz-utils'"
        )
    }
}
