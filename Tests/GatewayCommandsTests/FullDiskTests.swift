import JSON
import SQL
import TestSupport
import Testing

/// A disk that becomes full while responses arrive.
@Suite struct FullDiskTests {
    /// Limits files to 450 KiB. An empty database fits, the responses do not.
    private func dispatchWithLittleRoom(_ fixture: SendingFixture) throws -> ProgramRun {
        try ProgramRun.of(
            program: "/bin/sh",
            [
                "-c", "trap '' XFSZ; ulimit -f 900; exec \"$0\" dispatch --once",
                ProgramRun.path(of: "callback-gateway"),
            ], in: fixture.directory)
    }

    @Test func reportsAFullDiskAndLosesNothing() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .huge(8_000) }
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        let ids = (1...60).map { "c-\($0)" }
        let triggers = ids.map { #"{"callback_profile": "\#(profile)", "callback_id": "\#($0)"}"# }
        try fixture.run("send", "--company", "HA", input: triggers.joined(separator: "\n"))
        let run = try dispatchWithLittleRoom(fixture)
        #expect(run.status == 74)
        #expect(run.errors.contains("check the disk; no change was saved"))
        let written = try fixture.deliveries("--limit", "1000").count
        #expect((1..<60).contains(written))
        let rest = try fixture.dispatch("--now", DispatchTests.later(seconds: 61))
        #expect(rest == prints("\(60 - written) delivered\n"))
        #expect(Set(receiver.requests.compactMap(\.callbackID)) == Set(ids))
        #expect(try fixture.reports("verify").output.contains("60 attempts of 60 callbacks"))
    }

    @Test func resultThatCannotBeRecordedIsNoSuccess() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try SendingFixture()
        let profile = try fixture.profile(receiver.origin)
        let triggers = ["c-1", "c-2"].map {
            #"{"callback_profile": "\#(profile)", "callback_id": "\#($0)"}"#
        }
        try fixture.run("send", "--company", "HA", input: triggers.joined(separator: "\n"))
        try Database(path: fixture.directory.path(of: "callbacks.db")).execute(
            """
            CREATE TRIGGER refuse BEFORE INSERT ON exchanges WHEN NEW.callback = 1
            BEGIN SELECT RAISE(ABORT, 'no'); END
            """)
        let run = try fixture.dispatch()
        #expect(run.status == 74, "\(run)")
        #expect(run.output == "1 delivered\n")
        #expect(run.errors.contains("the result of callback c-1 cannot be written: "), "\(run)")
    }
}
