import FoundationEssentials
import SQL
import TestSupport
import Testing

/// An unusable database: a clear message, status 74, and no loss.
@Suite struct DatabaseFaultTests {
    private func expectFault(
        _ run: ProgramRun, saying words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == 74, sourceLocation: sourceLocation)
        #expect(run.errors.contains("DIR/callbacks.db: \(words)"), sourceLocation: sourceLocation)
    }

    @Test func lockedDatabaseIsReportedAfterWaiting() throws {
        let fixture = try CommandFixture.filled()
        let holder = try Database(path: fixture.directory.path(of: "callbacks.db"))
        try holder.begin()
        expectFault(
            try fixture.run("record", "--company", "HA", "--callback-id", "x", "--status", "200"),
            saying: "database is locked; another program has locked the database")
        holder.rollBack()
        #expect(try fixture.run("verify").status == 0)
    }

    @Test func unreadableDatabaseIsReported() throws {
        let fixture = try CommandFixture.filled()
        // Root can read everything, so run as another user.
        let run = try fixture.shell(
            """
            chmod 755 . && chmod 000 callbacks.db*
            [ "$(id -u)" != 0 ] && exec callback-reports history
            exec setpriv --reuid=65534 --regid=65534 --clear-groups callback-reports history
            """)
        expectFault(run, saying: "unable to open database file")
    }

    @Test func fullDiskLosesNothing() throws {
        let fixture = try CommandFixture()
        let lines = (0..<20_000).map { index in
            #"{"callback_id":"c\#(index)","company":"HA","finished_at":1790000000,"status":200}"#
        }
        try fixture.directory.write(lines.joined(separator: "\n"), to: "many.ndjson")
        // A file size limit, in blocks of 512 bytes, has the same effect as a full disk.
        let full = try fixture.shell(
            "trap '' XFSZ; ulimit -f 2000; exec callback-reports import many.ndjson")
        expectFault(full, saying: "")
        #expect(try fixture.run("verify").status == 0)
        let again = try fixture.run("import", "many.ndjson")
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("20000 records: "))
        #expect(try fixture.run("verify").output.contains("20000 attempts of 20000 callbacks"))
    }

    @Test func truncatedDatabaseIsReported() throws {
        let fixture = try CommandFixture.reported()
        let path = fixture.directory.path(of: "callbacks.db")
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 3).write(to: URL(filePath: path))
        expectFault(
            try fixture.run("run", "--now", "2026-11-26T17:00"),
            saying: "database disk image is malformed; restore the file from a backup")
    }

    @Test func verifyFindsOverwrittenPages() throws {
        let fixture = try CommandFixture.reported()
        let path = fixture.directory.path(of: "callbacks.db")
        var bytes = try Data(contentsOf: URL(filePath: path))
        for index in stride(from: 4096, to: bytes.count, by: 4096) { bytes[index] = 0xEE }
        try bytes.write(to: URL(filePath: path))
        let run = try fixture.run("verify")
        #expect(run.status == 65 || run.status == 74)
        #expect(run.errors.contains("malformed") || run.errors.contains("database: "))
    }

    @Test func fileThatIsNotADatabaseIsNotChanged() throws {
        let fixture = try CommandFixture()
        let text = String(repeating: "no database at all\n", count: 300)
        try fixture.directory.write(text, to: "callbacks.db")
        expectFault(try fixture.run("health"), saying: "file is not a database; restore the file")
        #expect(try fixture.directory.text(of: "callbacks.db") == text)
    }
}
