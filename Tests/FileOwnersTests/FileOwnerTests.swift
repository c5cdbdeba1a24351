import FileOwners
import Glibc
import TestSupport
import Testing

/// Files of other users.
@Suite struct FileOwnerTests {
    private let directory: TemporaryDirectory
    private let file: String
    /// A user who has no file here, unless this is that one.
    private let other: uid_t = geteuid() == 65_533 ? 65_532 : 65_533

    init() throws {
        directory = try TemporaryDirectory()
        file = try directory.write("", to: "file")
    }

    @Test func theOwnerAndTheRemedyAreNamed() throws {
        let words = try #require(FileOwner.difference(at: file, for: other))
        let owner = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        #expect(
            words == "it belongs to \(owner), and this program runs as \(other); "
                + "run it as \(owner), or run 'chown \(other) \(file)'")
    }

    @Test func ofAFileThatIsNotThereTheFolderCounts() throws {
        let words = try #require(
            FileOwner.difference(at: directory.path(of: "none"), for: other))
        #expect(words.hasPrefix("its folder belongs to "))
        #expect(words.hasSuffix(" \(directory.path)'"))
    }

    @Test func ownFilesAndThoseOfRootsProcessesAreNoneOfOthers() {
        #expect(FileOwner.difference(at: file) == nil)
        #expect(FileOwner.difference(at: file, for: 0) == nil)
        #expect(FileOwner.difference(at: "/no such folder/file", for: other) == nil)
    }

    @Test func onlyAMissingRightIsLookedInto() {
        #expect(FileOwner.remedy(at: "/etc/passwd", code: ENOENT) == "")
    }
}
