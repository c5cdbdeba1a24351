import TestSupport
import Testing

@testable import SQLite

/// File systems on which SQLite damages files.
@Suite struct NetworkFileSystemTests {
    @Test func theKindOfAFileSystemIsAskedOfTheSystem() throws {
        // PROC_SUPER_MAGIC of linux/magic.h.
        #expect(NetworkFileSystem.magic(at: "/proc") == 0x9FA0)
        #expect(NetworkFileSystem.magic(at: "/no such folder") == nil)
    }

    @Test func aLocalOneIsNone() throws {
        #expect(NetworkFileSystem.name(at: "/proc") == nil)
    }

    @Test func NFSAndSMBAreKnown() {
        #expect(NetworkFileSystem.names[0x6969] == "NFS")
        #expect(NetworkFileSystem.names[0xFF53_4D42] == "CIFS")
        #expect(NetworkFileSystem.names[0xFE53_4D42] == "SMB")
    }
}
