import CivilTime
import FoundationEssentials
import Glibc
import Storage
import TestSupport
import Testing

@testable import Ingest

/// Files that exist but cannot be read are not lost.
@Suite struct UnreadableCopyTests {
    private let fixture: SourceFixture

    init() throws {
        fixture = try SourceFixture()
    }

    private func line(_ name: String) -> String {
        #"{"callback_id":"\#(name)","company":"H1","finished_at":0,"status":200}"# + "\n"
    }

    private var unreadEnds: Int { UnreadEnds(nextTo: fixture.log.path).count }

    /// Replaces the file by a compressed copy of which the first bytes exist.
    private func compress(_ bytes: [UInt8], as name: String) throws {
        try Data(bytes).write(to: URL(filePath: fixture.path(name)))
        unlink(fixture.path("app.ndjson"))
        try fixture.append(line("b1"))
    }

    @Test func copyOfWhichNothingCanBeReadIsReportedOnce() throws {
        try fixture.append(line("a1"))
        try fixture.run()
        try fixture.append(line("a2"))
        try compress([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], as: "app.ndjson.1.gz")
        try fixture.run(at: 1)
        try fixture.run(at: 2)
        #expect(fixture.failures.map { "\($0)" }.filter { $0.contains("is missing") } == [])
        #expect(fixture.failures.count == 1, "\(fixture.failures)")
        #expect(unreadEnds == 1)
    }

    @Test func emptyCopyThatWasJustCreatedIsNotMissing() throws {
        try fixture.append(line("a1"))
        try fixture.run()
        try fixture.append(line("a2"))
        try compress([], as: "app.ndjson.1.gz")
        let now = Int64(time(nil))
        try fixture.run(at: now, systemTime: now)
        #expect(fixture.failures == [])
        #expect(unreadEnds == 0)
    }

    @Test func copyThatNoProgramCanReadWaits() throws {
        let path = fixture.path("app.ndjson.1.zst")
        let problems = SourceProblems()
        problems.add(.noProgram(path: path, name: "zstd", code: ENOENT), since: .init(seconds: 0))
        problems.add(.cannotOpen(path: "a", code: EACCES), since: .init(seconds: 0))
        problems.add(.noMatch(pattern: "b"), since: .init(seconds: 0))
        #expect(problems.unread == [path, "a"])
    }
}
