import API
import Encryption
import SQL
import Storage
import TestSupport
import Testing

@testable import Profiles

/// What triggers read of a profile.
@Suite struct OutlineTests {
    private let fixture: ProfilesFixture
    /// A second connection, as in another process.
    private let other: ProfileStore

    init() throws {
        fixture = try ProfilesFixture()
        other = try fixture.reopened()
    }

    private func outline(_ id: String, on store: ProfileStore? = nil) throws -> ProfileOutline? {
        try (store ?? fixture.store).outline(id, company: ProfilesFixture.company)
    }

    private static let voice = #""channel": "voice", "events": ["call_end"]"#

    @Test func hasWhatTheSettingsHave() throws {
        for members in ["", #""channel": "sms""#, Self.voice, #""channel": "voice""#] {
            let id = try fixture.make(request(members))
            let settings = try fixture.profile(request(members)).settings
            for _ in 1...2 {
                let found = try outline(id, on: other)
                #expect(found?.channel == settings.channel && found?.events == settings.events)
                #expect(found?.status == .active)
            }
        }
        #expect(try outline("none") == nil)
        let id = try fixture.make(request())
        #expect(try fixture.store.outline(id, company: "OTHER") == nil)
    }

    /// Parsing the body takes nearly all of the time.
    @Test func needsOnlyChannelAndEvents() throws {
        let id = try fixture.make(request())
        let text = #"{"body": [tru 1], "url": 1, \#(Self.voice)}"#
        let settings = try other.box.seal(Array(text.utf8), place: ProfileStore.place(1, of: id))
        try fixture.log.database.execute(
            "UPDATE profile_versions SET settings = ?", [.blob(settings)])
        #expect(throws: DamagedProfile.self) {
            try other.current(id, company: ProfilesFixture.company)
        }
        #expect(try outline(id, on: other)?.events == ["call_end"])
    }

    @Test func settingsThatCannotBeDecryptedAreDamaged() throws {
        let id = try fixture.make(request())
        try fixture.log.database.execute("UPDATE profile_versions SET settings = x'00'")
        #expect(throws: DamagedProfile.self) { try outline(id) }
    }

    @Test func largerSettingsThanTheLimitAreNotRead() throws {
        let id = try fixture.make(request())
        let size = try #require(try outline(id, on: other)).size
        for store in [fixture.store, other] {
            #expect(throws: OversizedProfile.self) {
                try store.outline(id, company: ProfilesFixture.company, limit: size - 1)
            }
            #expect(try store.outline(id, company: ProfilesFixture.company, limit: size) != nil)
        }
    }

    @Test func changesElsewhereAppearAtOnce() throws {
        let id = try fixture.make(request(#""channel": "voice""#))
        #expect(try outline(id)?.events.count ?? 0 > 1)
        let others = fixture.operations(on: other)
        _ = try others.update(id, Array(#"{"events": ["call_end"]}"#.utf8), at: fixture.now)
        #expect(try outline(id)?.events == ["call_end"])
        _ = try others.disable(id, at: fixture.now)
        #expect(try outline(id)?.status == .disabled)
        _ = try others.delete(id)
        #expect(try outline(id) == nil)
    }

    @Test func restoredVersionReplacesTheCachedOne() throws {
        let id = try fixture.make(request(#""channel": "voice""#))
        try fixture.directory.sqlite3("callbacks.db", ".backup copy.db")
        _ = try fixture.operations().update(id, Array("{\(Self.voice)}".utf8), at: fixture.now)
        #expect(try outline(id)?.events == ["call_end"])
        try fixture.directory.sqlite3("callbacks.db", ".restore copy.db")
        let change = #"{"events": ["call_answer"]}"#
        _ = try fixture.operations(on: other).update(id, Array(change.utf8), at: fixture.now)
        #expect(try outline(id)?.events == ["call_answer"])
    }
}
