import CivilTime
import SQL
import Storage
import StorageErrors
import Testing

/// What the store of sealed profiles promises on every engine.
@Suite struct ProfileConformanceTests {
    private func version(_ number: Int, _ database: TestDatabase) -> SealedVersion {
        SealedVersion(
            number: number, since: database.now, title: "Orders \(number)", method: "POST",
            settings: [UInt8(number)])
    }

    private func create(
        _ id: String, _ stores: TestStores, _ database: TestDatabase, atMost limit: Int = 10
    ) throws -> Bool {
        try stores.profiles.create(
            id, company: "HA", version(1, database), atMost: limit)
    }

    @Test(arguments: TestEngine.allCases)
    func `an update of an old version changes nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        #expect(try create("p", one, database))
        let new = version(2, database)
        #expect(try one.profiles.update("p", company: "HA", to: new, from: 1))
        #expect(try !other.profiles.update("p", company: "HA", to: new, from: 1))
        let stored = try #require(try other.profiles.profile("p", company: "HA"))
        #expect(stored.settings == [2] && stored.numbers.version == 2 && stored.title == "Orders 2")
    }

    @Test(arguments: TestEngine.allCases)
    func `a company cannot see or change the profiles of another`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try create("p", stores, database))
        let profiles = stores.profiles
        #expect(try profiles.profile("p", company: "HB") == nil)
        #expect(try profiles.numbers(of: "p", company: "HB") == nil)
        #expect(try !profiles.update("p", company: "HB", to: version(2, database), from: 1))
        #expect(try !profiles.delete("p", company: "HB"))
        #expect(try !profiles.autoDisable("p", company: "HB", at: database.now))
        let binding = try profiles.bind("9198", to: "p", company: "HB", atMost: 9)
        #expect(binding == .noSuchProfile)
        #expect(try profiles.profile("p", company: "HA")?.numbers.status == 1)
    }

    @Test(arguments: TestEngine.allCases)
    func `limits hold for each company`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try create("p", stores, database, atMost: 1))
        #expect(try !create("q", stores, database, atMost: 1))
        #expect(try stores.profiles.bind("1", to: "p", company: "HA", atMost: 1) == .bound)
        #expect(try stores.profiles.bind("2", to: "p", company: "HA", atMost: 1) == .tooMany)
        // A bound number can be bound again.
        #expect(try stores.profiles.bind("1", to: "p", company: "HA", atMost: 1) == .bound)
    }

    @Test(arguments: TestEngine.allCases)
    func `a deleted profile takes its versions and numbers along`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let stores = try database.connect()
        #expect(try create("p", stores, database))
        _ = try stores.profiles.bind("1", to: "p", company: "HA", atMost: 1)
        #expect(try stores.profiles.delete("p", company: "HA"))
        #expect(try stores.profiles.profileID(ofNumber: "1", company: "HA") == nil)
        let versions = "SELECT count(*) FROM profile_versions"
        #expect(try stores.log.database.integer(versions) == 0)
    }

    @Test(arguments: TestEngine.allCases)
    func `a revoked key is gone for every connection`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        let key = APIKey(id: "1", company: "HA", createdAt: database.now)
        try one.profiles.add(key, hash: [1, 2])
        #expect(try other.profiles.key(hash: [1, 2]) == key)
        #expect(try one.profiles.revokeKey("1"))
        #expect(try other.profiles.key(hash: [1, 2]) == nil)
    }

    @Test(arguments: TestEngine.allCases)
    func `of two processes one stores the key check`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        #expect(try one.profiles.keyCheck() == nil)
        #expect(try one.profiles.keyCheck(orStore: { [1] }) == nil)
        #expect(try other.profiles.keyCheck(orStore: { [2] }) == [1])
        // If the text cannot be made, nothing is stored.
        let empty = try TestDatabase(engine).connect()
        #expect(throws: CancellationError.self) {
            try empty.profiles.keyCheck(orStore: { throw CancellationError() })
        }
        #expect(try empty.profiles.keyCheck() == nil)
    }
}
