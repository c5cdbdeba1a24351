import FileOwners
import Glibc
import TestSupport
import Testing

/// Tests of the messages about files that belong to other users.
@Suite struct FileOwnerTests {
    private let directory: TemporaryDirectory
    private let file: String
    /// A user ID that owns no file here and is not the current user.
    private let other: uid_t = geteuid() == 65_533 ? 65_532 : 65_533

    init() throws {
        directory = try TemporaryDirectory()
        file = try directory.write("", to: "file")
    }

    @Test func namesTheOwnerAndTheRemedy() throws {
        let words = try #require(FileOwner.difference(at: file, for: other))
        let owner = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        #expect(
            words == "the file belongs to \(owner), and this program runs as \(other); "
                + "run it as \(owner), or run 'chown \(other) \(file)'")
    }

    @Test func examinesTheFolderOfAMissingFile() throws {
        let words = try #require(
            FileOwner.difference(at: directory.path(of: "none"), for: other))
        #expect(words.hasPrefix("the directory \(directory.path) belongs to "))
        #expect(words.contains("'chown \(other) \(directory.path)' if only this program uses "))
    }

    @Test func namesADirectoryAsSuch() throws {
        let words = try #require(FileOwner.difference(at: directory.path + "/", for: other))
        #expect(words.hasPrefix("the directory \(directory.path) belongs to "))
    }

    @Test func isEmptyForOwnFilesAndForRoot() {
        #expect(FileOwner.difference(at: file) == nil)
        #expect(FileOwner.difference(at: file, for: 0) == nil)
        #expect(FileOwner.difference(at: "/no such folder/file", for: other) == nil)
    }

    @Test func explainsOnlyPermissionErrors() {
        #expect(FileOwner.remedy(at: "/etc/passwd", code: ENOENT) == "")
    }
}
