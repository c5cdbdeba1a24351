import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import Testing

/// What the store of source positions promises on every engine.
@Suite struct CheckpointConformanceTests {
    private let head = FileCheckpoint.Head(of: Array("first line\n".utf8))

    private func file(_ database: TestDatabase) -> SourceFile {
        SourceFile(
            path: "/var/log/app.log", realPath: "/srv/log/app.log",
            identity: .init(device: 1, inode: 2), modifiedAt: database.now)
    }

    private func add(
        after known: FileCheckpoint? = nil, _ stores: TestStores, _ database: TestDatabase
    ) throws -> FileCheckpoint? {
        try stores.checkpoints.add(
            file(database), head, at: .init(), after: known, insteadOf: [], now: database.now)
    }

    private func move(
        _ known: FileCheckpoint, to offset: Int64, _ stores: TestStores, _ database: TestDatabase
    ) throws(StorageError) -> Bool {
        try stores.checkpoints.move(
            known, to: .init(offset: offset, lines: 3), head: head, tail: nil,
            modifiedAt: database.now,
            now: database.now)
    }

    @Test(arguments: TestEngine.allCases)
    func `a file is found again as it was added`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect().checkpoints)
        let added = try #require(try add(one, database))
        let found = try #require(try other.file(.init(device: 1, inode: 2)))
        #expect(found.id == added.id && found.position == FileCheckpoint.Position())
        #expect(found.path == "/var/log/app.log" && found.realPath == "/srv/log/app.log")
        #expect(try other.file(.init(device: 1, inode: 3)) == nil)
    }

    @Test(arguments: TestEngine.allCases)
    func `of two runs that add a file one does`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        let known = try #require(try add(one, database))
        #expect(try add(other, database) == nil)
        #expect(try add(after: known, other, database) != nil)
    }

    @Test(arguments: TestEngine.allCases)
    func `a position moves only from where it was found`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        let known = try #require(try add(one, database))
        #expect(try move(known, to: 100, one, database))
        #expect(try !move(known, to: 50, other, database))
        #expect(try other.checkpoints.file(.init(device: 1, inode: 2))?.position.offset == 100)
    }

    @Test(arguments: TestEngine.allCases)
    func `a position and the attempts before it commit together`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        let known = try #require(try add(stores, database))
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: database.now, outcome: .delivered)
        let stopped = StorageError(.unavailable, at: "", "stopped")
        #expect(throws: stopped) {
            try stores.log.write { (writer) throws(StorageError) in
                _ = try move(known, to: 100, stores, database)
                _ = try writer.record(attempt)
                throw stopped
            }
        }
        #expect(try stores.checkpoints.file(.init(device: 1, inode: 2))?.position.offset == 0)
        #expect(try stores.log.companies().isEmpty)
    }

    @Test(arguments: TestEngine.allCases)
    func `a rejected line is kept once, and of a path the first thousand`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        func keep(_ line: Int) throws -> Bool {
            try stores.checkpoints.keep(
                RejectedLine(path: "/log", line: line, reason: "no", record: [1]),
                at: ContentHash(of: Array("\(line)".utf8)), now: database.now)
        }
        #expect(try keep(1))
        #expect(try !keep(1))
        try stores.log.transaction {
            for line in 2...1001 { _ = try keep(line) }
        }
        let count = "SELECT count(*) FROM source_rejects"
        #expect(try stores.log.database.integer(count) == 1000)
    }

    @Test(arguments: TestEngine.allCases)
    func `files that were not seen for a quarter of a year are forgotten`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        _ = try add(stores, database)
        let store = stores.checkpoints
        try store.forgetOld(now: database.now.advanced(seconds: 90 * 86_400))
        #expect(try store.file(.init(device: 1, inode: 2)) != nil)
        try store.forgetOld(now: database.now.advanced(seconds: 91 * 86_400))
        #expect(try store.file(.init(device: 1, inode: 2)) == nil)
    }

    @Test(arguments: TestEngine.allCases)
    func `all or nothing keeps all or nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let log = try database.connect().log
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: database.now, outcome: .delivered)
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
