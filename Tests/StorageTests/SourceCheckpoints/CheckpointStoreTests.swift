import CivilTime
import DeliveryLog
import SQLite
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// What the store of source positions promises.
@Suite struct CheckpointStoreTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let store: CheckpointStore
    private let now = Instant(seconds: 1_790_000_000)
    private let file: SourceFile
    private let head = FileCheckpoint.Head(of: Array("first line\n".utf8))

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
        store = try CheckpointStore(in: log)
        file = SourceFile(
            path: "/var/log/app.log", realPath: "/srv/log/app.log",
            identity: .init(device: 1, inode: 2), modifiedAt: now)
    }

    private func add(after known: FileCheckpoint? = nil) throws -> FileCheckpoint? {
        try store.add(file, head, at: .init(), after: known, insteadOf: [], now: now)
    }

    private func move(_ known: FileCheckpoint, to offset: Int64) throws(StorageError) -> Bool {
        try store.move(
            known, to: .init(offset: offset, lines: 3), head: head, modifiedAt: now, now: now)
    }

    @Test func `a file is found again as it was added`() throws {
        let added = try #require(try add())
        let found = try #require(try store.file(file.identity))
        #expect(found.id == added.id && found.position == FileCheckpoint.Position())
        #expect(found.path == "/var/log/app.log" && found.realPath == "/srv/log/app.log")
        #expect(try store.file(.init(device: 1, inode: 3)) == nil)
    }

    @Test func `of two runs that add a file one does`() throws {
        #expect(try add() != nil)
        #expect(try add() == nil)
        #expect(try add(after: try store.file(file.identity)) != nil)
    }

    @Test func `a position moves only from where it was found`() throws {
        let known = try #require(try add())
        #expect(try move(known, to: 100))
        #expect(try !move(known, to: 50))
        #expect(try store.file(file.identity)?.position.offset == 100)
    }

    @Test func `a position and the attempts before it commit together`() throws {
        let known = try #require(try add())
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: now, outcome: .delivered)
        let stopped = StorageError(.unavailable, at: "", "stopped")
        #expect(throws: stopped) {
            try log.write { (writer) throws(StorageError) in
                _ = try move(known, to: 100)
                _ = try writer.record(attempt)
                throw stopped
            }
        }
        #expect(try store.file(file.identity)?.position.offset == 0)
        #expect(try log.companies().isEmpty)
    }

    @Test func `a rejected line is kept once, and of a path the first thousand`() throws {
        func keep(_ line: Int) throws(StorageError) -> Bool {
            try store.keep(
                RejectedLine(path: "/log", line: line, reason: "no", record: [1]),
                at: ContentHash(stored: Int64(line)), now: now)
        }
        #expect(try keep(1))
        #expect(try !keep(1))
        try log.database.transaction { () throws(StorageError) in
            for line in 2...1001 { _ = try keep(line) }
        }
        #expect(try log.database.integer("SELECT count(*) FROM source_rejects") == 1000)
    }

    @Test func `files that were not seen for a quarter of a year are forgotten`() throws {
        _ = try add()
        try store.forgetOld(now: now.advanced(seconds: 90 * 86_400))
        #expect(try store.file(file.identity) != nil)
        try store.forgetOld(now: now.advanced(seconds: 91 * 86_400))
        #expect(try store.file(file.identity) == nil)
    }

    @Test func `all or nothing keeps all or nothing`() throws {
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: now, outcome: .delivered)
        for isKept in [false, true] {
            try log.allOrNothing { () throws(StorageError) in
                try log.writeInBulk { (writer) throws(StorageError) in
                    _ = try writer.record(attempt)
                }
                return ((), isKept)
            }
            #expect(try log.companies().count == (isKept ? 1 : 0))
        }
    }
}
