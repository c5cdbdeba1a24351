import FileOwners
import Glibc
import TestSupport
import Testing

/// Tests of the reasons why a user cannot write to a file.
@Suite struct WriteAccessTests {
    /// A file system in which some paths do not exist or deny access.
    private func access(
        _ denied: [String: Int32], missing: Set<String> = [], _ state: FileSystemState? = nil
    ) -> WriteAccess {
        WriteAccess(
            denial: { path, mode in
                if missing.contains(path) { return ENOENT }
                return mode == F_OK ? 0 : denied[path] ?? 0
            }, fileSystem: { _ in state })
    }

    @Test func nothingIsWrongWithAWritableFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("", to: "file")
        #expect(WriteAccess().problem(writing: file) == nil)
        #expect(WriteAccess().problem(writing: directory.path(of: "new")) == nil)
        #expect(try directory.names() == ["file"])
        #expect(
            WriteAccess().problem(writing: directory.path(of: "none/new"))
                == "\(directory.path(of: "none")): No such file or directory")
        #expect(
            WriteAccess().problem(creatingIn: file + "/x") == "\(file)/x: Not a directory")
    }

    @Test func namesTheFileOrTheDirectoryThatDeniesAccess() {
        let words = ": Permission denied; grant this user write permission"
        #expect(access(["/d/f": EACCES]).problem(writing: "/d/f") == "/d/f\(words)")
        let folder = access(["/d": EACCES], missing: ["/d/f"])
        #expect(folder.problem(writing: "/d/f") == "/d\(words)")
        #expect(access(["/d": EACCES]).problem(writing: "/d/f") == nil)
    }

    @Test func namesAFileSystemThatIsReadOnlyOrFull() {
        let readOnly =
            ": the file system is mounted read-only; mount it writable, or use another directory"
        #expect(access(["/d/f": EROFS]).problem(writing: "/d/f") == "/d/f\(readOnly)")
        let mounted = access([:], FileSystemState(isReadOnly: true))
        #expect(mounted.problem(ofFileSystemAt: "/d") == "/d\(readOnly)")
        let full = access([:], FileSystemState(isFull: true))
        #expect(
            full.problem(writing: "/d/f")
                == "/d: no space is left on the file system; free up disk space")
    }
}
