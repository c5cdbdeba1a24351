import API
import JSON
import SQL
import TestSupport
import Testing

@testable import Profiles
@testable import Storage

/// The store's caches must never be older than the file.
@Suite struct CacheTests {
    private let fixture: ProfilesFixture
    /// A second connection, as in another process.
    private let other: ProfileStore

    init() throws {
        fixture = try ProfilesFixture()
        other = try fixture.reopened()
    }

    // MARK: Keys

    @Test func keyRevokedElsewhereStopsWorkingAtOnce() throws {
        let made = try fixture.store.createKey(company: "A", at: fixture.now)
        for _ in 1...3 { #expect(try fixture.store.key(made.text) == made.key) }
        #expect(try other.revokeKey(made.key.id))
        #expect(try fixture.store.key(made.text) == nil)
    }

    @Test func keyCreatedElsewhereWorksAtOnce() throws {
        let known = try fixture.store.createKey(company: "A", at: fixture.now)
        #expect(try fixture.store.key(known.text) == known.key)
        let made = try other.createKey(company: "B", at: fixture.now)
        for _ in 1...2 {
            #expect(try fixture.store.key(made.text) == made.key)
            #expect(try fixture.store.key(known.text) == known.key)
        }
    }

    @Test func keyOfRolledBackTransactionDoesNotWork() throws {
        try fixture.log.database.begin()
        let made = try fixture.store.createKey(company: "A", at: fixture.now)
        #expect(try fixture.store.key(made.text) == made.key)
        fixture.log.database.rollBack()
        #expect(try fixture.store.key(made.text) == nil)
    }

    // MARK: Profiles

    @Test func changeElsewhereAppearsInNextResponse() throws {
        let id = try fixture.make(request())
        func shown() throws -> JSONObject? {
            try JSONValue(parsing: fixture.operations().showEncoded(id).bytes).object?["data"]?
                .object
        }
        for _ in 1...2 { #expect(try shown()?["title"] == "Orders") }
        let others = fixture.operations(on: other)
        _ = try others.update(id, Array(#"{"title": "Parcels"}"#.utf8), at: fixture.now)
        for _ in 1...2 { #expect(try shown()?["title"] == "Parcels") }
        _ = try others.disable(id, at: fixture.now)
        for _ in 1...2 { #expect(try shown()?["status"]?.integer == 3) }
        _ = try others.enable(id, at: fixture.now)
        #expect(try shown()?["status"]?.integer == 1)
        _ = try others.delete(id)
        for _ in 1...2 { #expect(try fixture.operations().showEncoded(id).status == 404) }
    }

    /// Creates a second version that the store caches, and then replaces it in the file.
    private func replaceSecondVersion() throws -> String {
        let id = try fixture.make(request())
        try fixture.directory.sqlite3("callbacks.db", ".backup copy.db")
        _ = try fixture.operations().update(
            id, Array(#"{"title": "Parcels"}"#.utf8), at: fixture.now)
        #expect(try fixture.operations().showEncoded(id).text.contains("Parcels"))
        try fixture.directory.sqlite3("callbacks.db", ".restore copy.db")
        let change = #"{"title": "Letters", "url": "https://letters.example.com/"}"#
        _ = try fixture.operations(on: other).update(id, Array(change.utf8), at: fixture.now)
        return id
    }

    @Test func restoredVersionIsShownInsteadOfCachedOne() throws {
        let id = try replaceSecondVersion()
        for _ in 1...2 {
            let shown = try fixture.operations().showEncoded(id)
            #expect(shown.text.contains("Letters") && !shown.text.contains("Parcels"))
            #expect(shown.text.contains(#""version":2"#))
        }
    }

    @Test func restoredVersionIsUsedInsteadOfCachedOne() throws {
        let (id, url) = (try replaceSecondVersion(), "https://letters.example.com/")
        for _ in 1...2 {
            let profile = try #require(
                try fixture.store.current(id, company: ProfilesFixture.company))
            let request = try profile.request(for: event(), at: fixture.now)
            #expect([profile.settings.url, request.url] == Array(repeating: url, count: 2))
        }
    }

    @Test func decryptsVersionOnce() throws {
        let id = try fixture.make(request())
        let profile = try fixture.store.current(id, company: ProfilesFixture.company)
        try other.sealed.log.database.execute("UPDATE profile_versions SET settings = x'00'")
        #expect(throws: DamagedProfile.self) {
            try other.current(id, company: ProfilesFixture.company)
        }
        #expect(try fixture.store.current(id, company: ProfilesFixture.company) == profile)
    }

    @Test func restoredVersionIsListedInsteadOfCachedOne() throws {
        let id = try replaceSecondVersion()
        let listed = try fixture.operations().list([]).data.object?["profiles"]?.array
        #expect(listed?.first?.object?["title"] == "Letters")
        #expect(try fixture.operations().showEncoded(id).text.contains("Letters"))
    }

    @Test func cachedResponseEqualsFreshOne() throws {
        let id = try fixture.make(Seeds.createRequest)
        let operations = fixture.operations()
        let fresh = EncodedEnvelope(try operations.show(id))
        for _ in 1...2 { #expect(try operations.showEncoded(id) == fresh) }
        // An unrelated write by another process.
        _ = try other.createKey(company: "A", at: fixture.now)
        #expect(try operations.showEncoded(id) == fresh)
        #expect(try operations.showEncoded("x") == EncodedEnvelope(operations.show("x")))
    }

    @Test func cacheDoesNotLeakToOtherCompanies() throws {
        let id = try fixture.make(request())
        #expect(try fixture.operations().showEncoded(id).status == 200)
        #expect(try fixture.operations("OTHER").showEncoded(id).status == 404)
        #expect(try fixture.operations().showEncoded(id).status == 200)
    }

    @Test func cacheDropsRolledBackChanges() throws {
        let (id, disabled) = (try fixture.make(request()), #""status":3"#)
        try fixture.log.database.begin()
        _ = try fixture.operations().disable(id, at: fixture.now)
        #expect(try fixture.operations().showEncoded(id).text.contains(disabled))
        fixture.log.database.rollBack()
        #expect(try !fixture.operations().showEncoded(id).text.contains(disabled))
    }

    @Test func cacheDropsRolledBackVersions() throws {
        let id = try fixture.make(request())
        func rename(_ title: String, in store: ProfileStore) throws {
            let change = Array(#"{"title": "\#(title)"}"#.utf8)
            _ = try fixture.operations(on: store).update(id, change, at: fixture.now)
        }
        try fixture.log.database.begin()
        try rename("Parcels", in: fixture.store)
        #expect(try fixture.operations().showEncoded(id).text.contains("Parcels"))
        fixture.log.database.rollBack()
        // The same number as of the version that was rolled back.
        try rename("Letters", in: other)
        #expect(try fixture.operations().showEncoded(id).text.contains("Letters"))
        let profile = try fixture.store.current(id, company: ProfilesFixture.company)
        #expect(profile?.settings.title == "Letters")
    }

    @Test func responseCacheIsLimited() throws {
        var shown = EncodedProfileCache()
        let large = try cached(
            Envelope(success: String(repeating: "x", count: 60_000), .null))
        for number in 1...18 { shown.keep(large, of: "\(number)") }
        #expect(shown["17"] == nil && shown["18"] != nil)
        let small = try cached(Envelope(success: "", .null))
        for number in 1...4001 { shown.keep(small, of: "\(number)") }
        #expect(shown["4001"] != nil && shown["3999"] == nil && shown["b"] == nil)
    }

    @Test func largeResponseIsNotCached() throws {
        var shown = EncodedProfileCache()
        shown.keep(try cached(Envelope(success: "", .null)), of: "a")
        let large = Envelope(success: String(repeating: "x", count: 1 << 20), .null)
        for id in ["a", "b"] { shown.keep(try cached(large), of: id) }
        #expect(shown["a"] == nil && shown["b"] == nil)
    }

    /// Until it is cached.
    @Test func largeProfileIsNotReadAtOnce() throws {
        let text = String(repeating: "x", count: 40_000)
        let id = try fixture.make(
            """
            {"title": "Large", "http_method": "POST", "url": "https://a.example/",
             "body": {"a": "\(text)"}}
            """)
        let others = fixture.operations(on: other)
        #expect(throws: SlowProfile.self) { try others.showEncoded(id, atOnce: true) }
        #expect(try others.showEncoded("none", atOnce: true).status == 404)
        let small = try fixture.make(request())
        #expect(try others.showEncoded(small, atOnce: true).status == 200)
        let shown = try others.showEncoded(id)
        #expect(try others.showEncoded(id, atOnce: true) == shown)
    }

    /// A version whose settings are `count` empty arrays in the body.
    private func version(arrays count: Int) throws -> ProfileVersion {
        let body = "[" + Array(repeating: "[]", count: count).joined(separator: ",") + "]"
        let id = try fixture.make(
            """
            {"title": "Arrays", "http_method": "POST", "url": "https://a.example/",
             "body": {"a": \(body)}}
            """)
        return try #require(try other.current(id, company: ProfilesFixture.company)).current
    }

    /// In memory, an array of two bytes needs thirty times as much.
    @Test func versionCacheIsLimitedByItsMemory() throws {
        let version = try version(arrays: 1000)
        var opened = DecryptedVersionCache(limit: 330_000)
        for id in ["a", "b", "c"] { opened.keep(version, of: id, closed: [UInt8](0..<64)) }
        #expect((60_000...150_000).contains(opened.memory / 3))
        for id in ["c", "d"] { opened.keep(version, of: id, closed: [UInt8](0..<64)) }
        #expect(opened.version(1, of: "a") == nil && opened.version(1, of: "d") != nil)
        #expect(opened.memory <= 330_000)
    }

    @Test func versionThatIsTooLargeForCacheIsNotCached() throws {
        let (large, small) = (try version(arrays: 1000), try version(arrays: 1))
        var opened = DecryptedVersionCache(limit: 50_000)
        opened.keep(small, of: "a", closed: [UInt8](0..<64))
        opened.keep(large, of: "b", closed: [UInt8](0..<64))
        #expect(opened.version(1, of: "a") != nil && opened.version(1, of: "b") == nil)
        opened.keep(large, of: "a", closed: [UInt8](0..<64))
        #expect(opened.version(1, of: "a") == nil && opened.memory == 0)
    }

    private func cached(_ envelope: Envelope) throws -> EncodedProfileCache.Shown {
        let numbers = try fixture.log.database.row("SELECT 1, 1, 0, 0") {
            ProfileNumbers($0, at: 0)
        }
        return .init(
            company: "A", numbers: try #require(numbers), answer: EncodedEnvelope(envelope))
    }
}

extension EncodedEnvelope {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
