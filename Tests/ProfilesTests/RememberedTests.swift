import JSON
import SQLite
import TestSupport
import Testing

@testable import Profiles

/// What the store remembers of the file must never be older than the file.
@Suite struct RememberedTests {
    private let bench: ProfilesFixture
    /// Another connection, as another process has it.
    private let other: ProfileStore

    init() throws {
        bench = try ProfilesFixture()
        other = try bench.reopened()
    }

    // MARK: Keys

    @Test func keyThatAnotherRevokesOpensNothingFromThenOn() throws {
        let made = try bench.store.createKey(company: "A", at: bench.now)
        for _ in 1...3 { #expect(try bench.store.key(made.text) == made.key) }
        #expect(try other.revokeKey(made.key.id))
        #expect(try bench.store.key(made.text) == nil)
    }

    @Test func keyThatAnotherMakesOpensFromThenOn() throws {
        let known = try bench.store.createKey(company: "A", at: bench.now)
        #expect(try bench.store.key(known.text) == known.key)
        let made = try other.createKey(company: "B", at: bench.now)
        for _ in 1...2 {
            #expect(try bench.store.key(made.text) == made.key)
            #expect(try bench.store.key(known.text) == known.key)
        }
    }

    @Test func keyOfATransactionThatIsUndoneOpensNothing() throws {
        try bench.log.database.begin()
        let made = try bench.store.createKey(company: "A", at: bench.now)
        #expect(try bench.store.key(made.text) == made.key)
        bench.log.database.rollBack()
        #expect(try bench.store.key(made.text) == nil)
    }

    @Test func keepsNoMoreKeysThanItsLimit() throws {
        let state = try #require(bench.log.database.fileState)
        var keys = OpenedKeys()
        let made = try bench.store.createKey(company: "A", at: bench.now)
        for number in 0..<1001 {
            keys.keep(made.key, [UInt8(number / 256), UInt8(number % 256)], at: state)
        }
        #expect(keys.key([0, 0], at: state) == nil && keys.key([3, 231], at: state) == nil)
        #expect(keys.key([3, 232], at: state) == made.key)
    }

    // MARK: Profiles

    @Test func changeByAnotherShowsInTheNextAnswer() throws {
        let id = try bench.make(request())
        func shown() throws -> JSONObject? {
            try JSONValue(parsing: bench.operations().showWritten(id).bytes).object?["data"]?.object
        }
        for _ in 1...2 { #expect(try shown()?["title"] == "Orders") }
        let others = bench.operations(on: other)
        _ = try others.update(id, Array(#"{"title": "Parcels"}"#.utf8), at: bench.now)
        for _ in 1...2 { #expect(try shown()?["title"] == "Parcels") }
        _ = try others.disable(id, at: bench.now)
        for _ in 1...2 { #expect(try shown()?["status"]?.integer == 3) }
        _ = try others.enable(id, at: bench.now)
        #expect(try shown()?["status"]?.integer == 1)
        _ = try others.delete(id)
        for _ in 1...2 { #expect(try bench.operations().showWritten(id).status == 404) }
    }

    /// A second version of a profile that the store remembers, and another one in its place.
    private func replaceSecondVersion() throws -> String {
        let id = try bench.make(request())
        try bench.directory.sqlite3("callbacks.db", ".backup copy.db")
        _ = try bench.operations().update(id, Array(#"{"title": "Parcels"}"#.utf8), at: bench.now)
        #expect(try bench.operations().showWritten(id).text.contains("Parcels"))
        try bench.directory.sqlite3("callbacks.db", ".restore copy.db")
        let change = #"{"title": "Letters", "url": "https://letters.example.com/"}"#
        _ = try bench.operations(on: other).update(id, Array(change.utf8), at: bench.now)
        return id
    }

    @Test func versionOfARestoredFileIsShownInPlaceOfItsNamesake() throws {
        let id = try replaceSecondVersion()
        for _ in 1...2 {
            let shown = try bench.operations().showWritten(id)
            #expect(shown.text.contains("Letters") && !shown.text.contains("Parcels"))
            #expect(shown.text.contains(#""version":2"#))
        }
    }

    @Test func versionOfARestoredFileIsUsedInPlaceOfItsNamesake() throws {
        let (id, url) = (try replaceSecondVersion(), "https://letters.example.com/")
        for _ in 1...2 {
            let profile = try #require(
                try bench.store.current(id, company: ProfilesFixture.company))
            let request = try profile.request(for: event(), at: bench.now)
            #expect([profile.settings.url, request.url] == Array(repeating: url, count: 2))
        }
    }

    @Test func opensAVersionOnce() throws {
        let id = try bench.make(request())
        let profile = try bench.store.current(id, company: ProfilesFixture.company)
        try other.database.execute("UPDATE profile_versions SET settings = x'00'")
        #expect(throws: DamagedProfile.self) {
            try other.current(id, company: ProfilesFixture.company)
        }
        #expect(try bench.store.current(id, company: ProfilesFixture.company) == profile)
    }

    @Test func versionOfARestoredFileIsListedInPlaceOfItsNamesake() throws {
        let id = try replaceSecondVersion()
        let listed = try bench.operations().list([]).data.object?["profiles"]?.array
        #expect(listed?.first?.object?["title"] == "Letters")
        #expect(try bench.operations().showWritten(id).text.contains("Letters"))
    }

    @Test func answersAsThoughItRememberedNothing() throws {
        let id = try bench.make(Seeds.createRequest)
        let operations = bench.operations()
        let fresh = WrittenEnvelope(try operations.show(id))
        for _ in 1...2 { #expect(try operations.showWritten(id) == fresh) }
        // Somebody has written something that has nothing to do with it.
        _ = try other.createKey(company: "A", at: bench.now)
        #expect(try operations.showWritten(id) == fresh)
        #expect(try operations.showWritten("x") == WrittenEnvelope(operations.show("x")))
    }

    @Test func showsNoOtherCompanyWhatItRemembers() throws {
        let id = try bench.make(request())
        #expect(try bench.operations().showWritten(id).status == 200)
        #expect(try bench.operations("OTHER").showWritten(id).status == 404)
        #expect(try bench.operations().showWritten(id).status == 200)
    }

    @Test func forgetsWhatATransactionHasUndone() throws {
        let (id, disabled) = (try bench.make(request()), #""status":3"#)
        try bench.log.database.begin()
        _ = try bench.operations().disable(id, at: bench.now)
        #expect(try bench.operations().showWritten(id).text.contains(disabled))
        bench.log.database.rollBack()
        #expect(try !bench.operations().showWritten(id).text.contains(disabled))
    }

    @Test func keepsNoMoreAnswersThanItsLimits() throws {
        let state = try #require(bench.log.database.fileState)
        var shown = ShownProfiles()
        let big = Envelope(success: String(repeating: "x", count: 1 << 20), .null)
        for id in ["a", "b"] { shown.keep(Self.shown(big, state), of: id) }
        #expect(shown["a"] == nil && shown["b"] != nil)
        shown.keep(Self.shown(big, state), of: "b")
        #expect(shown["b"] != nil)
        let small = Self.shown(Envelope(success: "", .null), state)
        for number in 1...4001 { shown.keep(small, of: "\(number)") }
        #expect(shown["4001"] != nil && shown["3999"] == nil && shown["b"] == nil)
    }

    private static func shown(_ envelope: Envelope, _ state: FileState) -> ShownProfiles.Shown {
        .init(
            company: "A", version: 1, renewals: 0, status: .active,
            answer: WrittenEnvelope(envelope), state: state)
    }
}

extension WrittenEnvelope {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
