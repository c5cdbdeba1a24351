import TestSupport
import Testing

/// Tests of the helper that all tests of complete commands use.
@Suite struct ProgramRunTests {
    private func shell(
        _ script: String, input: [UInt8] = [], limit: Double = 60
    ) throws -> ProgramRun {
        try ProgramRun.of(
            program: "/bin/sh", ["-c", script], environment: ["GREETING": "hello"], input: input,
            in: TemporaryDirectory(), limit: limit)
    }

    @Test func returnsBothStreamsAndTheStatus() throws {
        let run = try shell("echo $GREETING; echo trouble >&2; exit 65")
        #expect(run == ProgramRun(output: "hello\n", errors: "trouble\n", status: 65))
    }

    @Test func passesStandardInput() throws {
        #expect(try shell("cat", input: Array("ä\n".utf8)).output == "ä\n")
    }

    @Test func readsMoreOutputThanAPipeHolds() throws {
        let run = try shell("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2")
        #expect(run.output.utf8.count == 1_000_000)
        #expect(run.errors.utf8.count == 1_000_000)
    }

    @Test func usesTheGivenDirectoryAndEnvironment() throws {
        let directory = try TemporaryDirectory()
        let run = try ProgramRun.of(
            program: "/usr/bin/env", ["sh", "-c", "pwd; echo $HOME $USER"], in: directory)
        #expect(run.output == "\(directory.path)\n\(directory.path)\n")
    }

    @Test func killsAProgramAtTheTimeLimit() throws {
        #expect(throws: (any Error).self) {
            try shell("echo stuck >&2; exec sleep 60", limit: 0.1)
        }
    }

    @Test func reportsASignalLikeAShell() throws {
        #expect(try shell("kill -TERM $$").status == 128 + 15)
    }

    @Test func passesNoExtraDescriptors() throws {
        #expect(try shell("ls /proc/self/fd | wc -l").output == "4\n")
    }

    @Test func deletesATemporaryDirectoryWithItsOwner() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let path = try directory?.write("text", to: "below/file") ?? ""
        directory = nil
        #expect(try shell("test -e '\(path)'").status == 1)
    }
}
