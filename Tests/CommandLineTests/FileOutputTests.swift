import CommandLine
import Glibc
import TestSupport
import Testing

@Suite struct FileOutputTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func writesAFile() throws {
        try FileOutput.write(Array("new".utf8), to: directory.path(of: "report.csv"))
        #expect(try directory.text(of: "report.csv") == "new")
        #expect(try directory.names() == ["report.csv"])
    }

    @Test func keepsTheOldFileUntilTheCommit() throws {
        let path = try directory.write("old", to: "report.csv")
        var file = try FileOutput(path)
        try file.write(Array("new".utf8))
        #expect(try directory.text(of: "report.csv") == "old")
        try file.commit()
        #expect(try directory.text(of: "report.csv") == "new")
    }

    @Test func deletesTheTemporaryFileWithoutACommit() throws {
        try abandonAFile()
        #expect(try directory.names() == [])
    }

    private func abandonAFile() throws {
        var file = try FileOutput(directory.path(of: "report.csv"))
        try file.write(Array("half".utf8))
    }

    @Test func keepsTheModeOfAnExistingFile() throws {
        let path = try directory.write("old", to: "report.csv")
        chmod(path, 0o640)
        try FileOutput.write([], to: path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test func followsASymbolicLink() throws {
        let path = try directory.write("old", to: "below/report.csv")
        let link = directory.path(of: "link")
        symlink(path, link)
        try FileOutput.write(Array("new".utf8), to: link)
        #expect(try directory.text(of: "below/report.csv") == "new")
        #expect(try directory.names() == ["below", "link"])
    }

    /// Uses a pipe that the test creates instead of a device: a bug in a run as root would replace
    /// the machine's device.
    @Test func writesToANamedPipeWithoutReplacingIt() throws {
        let path = directory.path(of: "pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try FileOutput.write(Array("new".utf8), to: path)
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(reader, &bytes, bytes.count) == 3)
        #expect(try directory.names() == ["pipe"])
    }

    @Test func namesThePathAndTheReason() {
        let path = directory.path(of: "missing/report.csv")
        let error = #expect(throws: OutputError.self) { try FileOutput.write([], to: path) }
        #expect(error?.description == "cannot write \(path): No such file or directory")
    }

    @Test func rejectsADirectory() {
        let error = #expect(throws: OutputError.self) {
            try FileOutput.write([], to: directory.path)
        }
        #expect(error?.code == EISDIR)
    }
}
