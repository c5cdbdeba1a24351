import TestSupport
import Testing

@testable import SQLite

@Suite struct OpenedFileTests {
    /// A file can be deleted after it was opened and before its identity was read.
    @Test func fileWithoutIdentityIsMissing() throws {
        let folder = try TemporaryDirectory()
        #expect(OpenedFile(folder.path(of: "none.db")).isMissing)
        #expect(!OpenedFile(try folder.write("", to: "a.db")).isMissing)
    }
}
