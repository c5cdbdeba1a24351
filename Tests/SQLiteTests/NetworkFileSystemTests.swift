import TestSupport
import Testing

@testable import SQLite

/// Tests of the detection of file systems on which SQLite corrupts files.
@Suite struct NetworkFileSystemTests {
    @Test func returnsTheMagicNumberOfAFileSystem() throws {
        // PROC_SUPER_MAGIC in linux/magic.h.
        #expect(NetworkFileSystem.magic(at: "/proc") == 0x9FA0)
        #expect(NetworkFileSystem.magic(at: "/no such folder") == nil)
    }

    @Test func localFileSystemHasNoName() throws {
        #expect(NetworkFileSystem.name(at: "/proc") == nil)
    }

    @Test func detectsNFSAndSMB() {
        #expect(NetworkFileSystem.names[0x6969] == "NFS")
        #expect(NetworkFileSystem.names[0xFF53_4D42] == "CIFS")
        #expect(NetworkFileSystem.names[0xFE53_4D42] == "SMB")
    }
}
