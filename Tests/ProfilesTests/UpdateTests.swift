import API
import CivilTime
import Encryption
import JSON
import SQL
import Storage
import TestSupport
import Testing

@testable import Profiles

@Suite struct UpdateTests {
    private let fixture: ProfilesFixture
    private let id: String

    init() throws {
        fixture = try ProfilesFixture()
        id = try fixture.make(Seeds.createRequest)
        fixture.now = ProfilesFixture.start.advanced(seconds: 60)
    }

    private func update(_ request: String) throws -> Envelope {
        try fixture.operations().update(id, Array(request.utf8), at: fixture.now)
    }

    private var settings: ProfileSettings {
        get throws {
            try #require(try fixture.store.current(id, company: ProfilesFixture.company)).settings
        }
    }

    @Test func keepsOmittedMembers() throws {
        let before = try settings
        let envelope = try update(#"{"title": "Another title"}"#)
        #expect(envelope.message == "Profile updated successfully" && envelope.status == 200)
        var expected = before
        expected.title = "Another title"
        #expect(try settings == expected)
        #expect(envelope.data.object?["version"] == .integer(2))
        #expect(envelope.data.object?["modified_at"] == "2026-11-18T11:07:40Z")
        #expect(envelope.data.object?["created_at"] == "2026-11-18T11:06:40Z")
        #expect(try fixture.log.database.integer("SELECT count(*) FROM profile_versions") == 2)
    }

    @Test func oldVersionsAreDeleted() throws {
        for number in 2...4 {
            fixture.now = ProfilesFixture.start.advanced(seconds: Int64(number) * 86_400)
            #expect(try update(#"{"title": "Title \#(number)"}"#).isSuccess)
        }
        // Version 2 was in use until day 3.
        try fixture.store.pruneVersions(before: ProfilesFixture.start.advanced(seconds: 3 * 86_400))
        let left = try fixture.log.database.rows("SELECT number FROM profile_versions ORDER BY 1") {
            $0.int(0)
        }
        #expect(left == [2, 3, 4])
        try fixture.store.pruneVersions(
            before: ProfilesFixture.start.advanced(seconds: 99 * 86_400))
        #expect(try fixture.log.database.integer("SELECT count(*) FROM profile_versions") == 1)
        #expect(try settings.title == "Title 4")
    }

    /// Thousands of changes of a large profile would otherwise fill the disk.
    @Test func onlyTheLastVersionsAreKept() throws {
        let other = try fixture.make(Seeds.createRequest)
        for number in 2...30 { #expect(try update(#"{"title": "Title \#(number)"}"#).isSuccess) }
        let left = try fixture.log.database.rows(
            "SELECT number FROM profile_versions ORDER BY profile, number"
        ) { $0.int(0) }
        #expect(left == Array(20...30) + [1])
        #expect(try settings.title == "Title 30")
        #expect(try fixture.store.current(other, company: ProfilesFixture.company) != nil)
    }

    @Test func nullRemovesMembers() throws {
        _ = try update(#"{"enc": null, "headers": null, "http_method": "GET", "body": null}"#)
        #expect(try settings.encryption == nil && settings.headers.isEmpty && settings.body == nil)
        #expect(
            try update(#"{"title": null}"#).message == "body must have required property 'title'")
    }

    @Test func keepsMaskedSecrets() throws {
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

    @Test func showsSecretsOfTheRequest() throws {
        let answer = try update(#"{"headers": {"x-api-key": "NEW"}}"#)
        #expect(answer.data.object?["headers"] == #"{"x-api-key":"NEW"}"#)
        #expect(answer.data.object?["enc"]?.object?["key"] == "••••")
    }

    @Test func rejectsMaskWithoutExistingSecret() throws {
        let answer = try update(#"{"headers": {"x-other-key": "••••"}}"#)
        #expect(
            answer.message == "body/headers/x-other-key must be the actual value, "
                + "not its mask")
    }

    @Test func channelCannotChange() throws {
        #expect(try update(#"{"channel": "SMS"}"#).isSuccess)
        let answer = try update(#"{"channel": "email", "events": null, "url": "x"}"#)
        #expect(
            answer.error.array?.compactMap { $0.object?["body"]?.string } == [
                "body/url must be a URL that begins with https:// or http://",
                "body/channel must stay sms; the channel of a profile cannot change",
            ])
    }

    @Test func invalidUpdateChangesNothing() throws {
        let before = try settings
        #expect(try update(#"{"title": "Fine", "http_method": "GET"}"#).status == 400)
        #expect(try update("[]").message == "body must be object")
        #expect(try settings == before)
        #expect(try fixture.log.database.integer("SELECT count(*) FROM profile_versions") == 1)
    }

    @Test func usesNewVersionAtOnce() throws {
        let old = try #require(try fixture.store.current(id, company: ProfilesFixture.company))
        _ = try update(#"{"url": "https://new.example/"}"#)
        let new = try #require(try fixture.store.current(id, company: ProfilesFixture.company))
        #expect(old.current.number == 1 && new.current.number == 2)
        #expect(try new.request(for: event(), at: fixture.now).url == "https://new.example/")
        #expect(try fixture.reopened().current(id, company: ProfilesFixture.company) == new)
    }

    @Test func updatesTitleForReports() throws {
        func title() throws -> String? {
            try fixture.log.database.row(
                "SELECT title FROM profiles WHERE profile_id = ?", [.text(id)]
            ) { $0.text(0) }
        }
        #expect(try title() == "Callback_Profile_Test_1")
        _ = try update(#"{"title": "Orders of today"}"#)
        #expect(try title() == "Orders of today")
    }

    @Test func concurrentUpdatesAreBothApplied() throws {
        var isFirst = true
        let slow = ProfileOperations(fixture.store, company: ProfilesFixture.company, pod: "IN") {
            _ in
            guard isFirst else { return nil }
            isFirst = false
            // This update runs between the read and the write of the slow one.
            #expect((try? self.update(#"{"title": "Of the fast one"}"#))?.isSuccess == true)
            return nil
        }
        let request = RequestBody.text(Array(#"{"response_message": "of the slow one"}"#.utf8))
        let saved = try slow.update(id, request, at: fixture.now)
        #expect(saved.profile.current.number == 3)
        #expect(try settings.title == "Of the fast one")
        #expect(try settings.responseMessage == "of the slow one")
    }
}
