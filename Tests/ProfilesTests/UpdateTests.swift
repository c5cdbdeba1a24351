import CivilTime
import JSON
import TestSupport
import Testing

@testable import Profiles

@Suite struct UpdateTests {
    private let bench: ProfilesFixture
    private let id: String

    init() throws {
        bench = try ProfilesFixture()
        id = try bench.make(Seeds.createRequest)
        bench.now = ProfilesFixture.start.advanced(seconds: 60)
    }

    private func update(_ request: String) throws -> Envelope {
        try bench.operations().update(id, Array(request.utf8), at: bench.now)
    }

    private var settings: ProfileSettings {
        get throws {
            try #require(try bench.store.current(id, company: ProfilesFixture.company)).settings
        }
    }

    @Test func keepsWhatIsNotSent() throws {
        let before = try settings
        let envelope = try update(#"{"title": "Another title"}"#)
        #expect(envelope.message == "Profile updated successfully" && envelope.status == 200)
        var expected = before
        expected.title = "Another title"
        #expect(try settings == expected)
        #expect(envelope.data.object?["version"] == .integer(2))
        #expect(envelope.data.object?["modified_at"] == "2026-11-18T11:07:40Z")
        #expect(envelope.data.object?["created_at"] == "2026-11-18T11:06:40Z")
        #expect(try bench.log.database.integer("SELECT count(*) FROM profile_versions") == 2)
    }

    @Test func versionsThatWereReplacedLongAgoAreDeleted() throws {
        for number in 2...4 {
            bench.now = ProfilesFixture.start.advanced(seconds: Int64(number) * 86_400)
            #expect(try update(#"{"title": "Title \#(number)"}"#).isSuccess)
        }
        // Version 2 was in use until day 3.
        try bench.store.pruneVersions(before: ProfilesFixture.start.advanced(seconds: 3 * 86_400))
        let left = try bench.log.database.rows("SELECT number FROM profile_versions ORDER BY 1") {
            $0.int(0)
        }
        #expect(left == [2, 3, 4])
        try bench.store.pruneVersions(before: ProfilesFixture.start.advanced(seconds: 99 * 86_400))
        #expect(try bench.log.database.integer("SELECT count(*) FROM profile_versions") == 1)
        #expect(try settings.title == "Title 4")
    }

    @Test func takesAwayWhatIsNull() throws {
        _ = try update(#"{"enc": null, "headers": null, "http_method": "GET", "body": null}"#)
        #expect(try settings.encryption == nil && settings.headers.isEmpty && settings.body == nil)
        #expect(
            try update(#"{"title": null}"#).message == "body must have required property 'title'")
    }

    @Test func keepsSecretsBehindTheirMasks() throws {
        let before = try settings
        let answer = try update(
            #"{"enc": {"algo": "AES-128-CFB", "key": "••••", "IV": "••••"}, "#
                + #""headers": "{\"x-api-key\":\"••••\",\"aa\":\"new\"}"}"#)
        #expect(answer.isSuccess)
        #expect(try settings.encryption?.cipher.key == before.encryption?.cipher.key)
        #expect(try settings.encryption?.cipher.iv == before.encryption?.cipher.iv)
        #expect(
            try settings.headers
                == before.headers + [HTTPHeaderField("aa", "new")])
        #expect(!answer.json.compact.contains("A-RANDOM-API-KEY"))
        #expect(!answer.json.compact.contains("12xxxxxxxxxxxx"))
    }

    @Test func showsTheSecretsThatItWasGiven() throws {
        let answer = try update(#"{"headers": {"x-api-key": "NEW"}}"#)
        #expect(answer.data.object?["headers"] == #"{"x-api-key":"NEW"}"#)
        #expect(answer.data.object?["enc"]?.object?["key"] == "••••")
    }

    @Test func putsNoMaskWhereNoSecretIs() throws {
        let answer = try update(#"{"headers": {"x-other-key": "••••"}}"#)
        #expect(
            answer.message == "body/headers/x-other-key must be the value itself, "
                + "not what stands for it")
    }

    @Test func keepsTheChannelForLife() throws {
        #expect(try update(#"{"channel": "SMS"}"#).isSuccess)
        let answer = try update(#"{"channel": "email", "events": null, "url": "x"}"#)
        #expect(
            answer.error.array?.compactMap { $0.object?["body"]?.string } == [
                "body/url must be a URL that begins with https:// or http://",
                "body/channel must stay sms, for a profile keeps its channel for life",
            ])
    }

    @Test func changesNothingWhenOneThingIsWrong() throws {
        let before = try settings
        #expect(try update(#"{"title": "Fine", "http_method": "GET"}"#).status == 400)
        #expect(try update("[]").message == "body must be object")
        #expect(try settings == before)
        #expect(try bench.log.database.integer("SELECT count(*) FROM profile_versions") == 1)
    }

    @Test func sendsWithTheNewestVersionAtOnce() throws {
        let old = try #require(try bench.store.current(id, company: ProfilesFixture.company))
        _ = try update(#"{"url": "https://new.example/"}"#)
        let new = try #require(try bench.store.current(id, company: ProfilesFixture.company))
        #expect(old.current.number == 1 && new.current.number == 2)
        #expect(try new.request(for: event(), at: bench.now).url == "https://new.example/")
        #expect(try bench.reopened().current(id, company: ProfilesFixture.company) == new)
    }

    @Test func givesReportsTheTitle() throws {
        func title() throws -> String? {
            try bench.log.database.row(
                "SELECT title FROM profiles WHERE profile_id = ?", [.text(id)]
            ) { $0.text(0) }
        }
        #expect(try title() == "Callback_Profile_Test_1")
        _ = try update(#"{"title": "Orders of today"}"#)
        #expect(try title() == "Orders of today")
    }

    @Test func losesNoneOfTwoChangesAtOnce() throws {
        var isFirst = true
        let slow = ProfileOperations(bench.store, company: ProfilesFixture.company, pod: "IN") {
            _ in
            guard isFirst else { return nil }
            isFirst = false
            // Comes between the reading and the writing of the slow one.
            #expect((try? self.update(#"{"title": "Of the fast one"}"#))?.isSuccess == true)
            return nil
        }
        let answer = try slow.update(
            id, Array(#"{"response_message": "of the slow one"}"#.utf8), at: bench.now)
        #expect(answer.data.object?["version"] == .integer(3))
        #expect(try settings.title == "Of the fast one")
        #expect(try settings.responseMessage == "of the slow one")
    }
}
