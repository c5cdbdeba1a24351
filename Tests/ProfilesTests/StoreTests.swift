import API
import CivilTime
import DeliveryLog
import Encryption
import FoundationEssentials
import JSON
import SQL
import Storage
import TestSupport
import Testing

@testable import Profiles

@Suite struct StoreTests {
    private let fixture: ProfilesFixture

    init() throws {
        fixture = try ProfilesFixture()
    }

    @Test func disablesOnlyActiveProfiles() throws {
        let id = try fixture.make(request())
        let later = ProfilesFixture.start.advanced(seconds: 5)
        #expect(try fixture.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        #expect(try !fixture.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        let profile = try #require(try fixture.store.current(id, company: ProfilesFixture.company))
        #expect(profile.status == .autoDisabled && profile.statusSince == later)
        _ = try fixture.operations().disable(id, at: later)
        #expect(try !fixture.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        #expect(try !fixture.store.autoDisable(id, company: "OTHER", at: later))
        #expect(
            try fixture.store.current(id, company: ProfilesFixture.company)?.status == .disabled)
    }

    @Test func enablingResetsStatusTime() throws {
        let id = try fixture.make(request())
        _ = try fixture.store.autoDisable(
            id, company: ProfilesFixture.company, at: ProfilesFixture.start)
        let later = ProfilesFixture.start.advanced(seconds: 50)
        _ = try fixture.operations().enable(id, at: later)
        #expect(
            try fixture.store.current(id, company: ProfilesFixture.company)?.statusSince == later)
        _ = try fixture.operations().enable(id, at: later.advanced(seconds: 9))
        #expect(
            try fixture.store.current(id, company: ProfilesFixture.company)?.statusSince == later)
    }

    static let filters: [([(name: String, value: String)], [String])] = [
        ([], ["Third one", "Second ONE", "First"]),
        ([("title", "one")], ["Third one", "Second ONE"]),
        ([("title", "%")], []), ([("title", "")], ["Third one", "Second ONE", "First"]),
        ([("http_method", "post")], ["Second ONE"]),
        ([("limit", "1"), ("offset", "1")], ["Second ONE"]),
        ([("created_from", "2026-11-19")], ["Third one", "Second ONE"]),
        ([("created_to", "2026-11-18")], ["First"]),
        ([("created_from", "2026-11-19"), ("created_to", "2026-11-19")], ["Second ONE"]),
        ([("created_from", "2026-11-19T11:06:40Z")], ["Third one", "Second ONE"]),
        ([("created_from", "2026-11-19T11:06:40.001Z")], ["Third one"]),
        ([("created_to", "2026-11-19T11:06:40Z")], ["Second ONE", "First"]),
    ]

    @Test(arguments: filters)
    func listsMatchingProfiles(
        parameters: [(name: String, value: String)], titles: [String]
    ) throws {
        for (day, text) in [
            request().replacing("Orders", with: "First"),
            post("\"body\": {}").replacing("Orders", with: "Second ONE"),
            request().replacing("Orders", with: "Third one"),
        ].enumerated() {
            fixture.now = ProfilesFixture.start.advanced(seconds: Int64(day) * 86_400)
            _ = try fixture.make(text)
        }
        _ = try fixture.make(request(), of: "OTHER")
        let data = try #require(try fixture.operations().list(parameters).data.object)
        let found = data["profiles"]?.array?.compactMap { $0.object?["title"]?.string }
        #expect(found == titles)
        #expect(data.names == ["profiles", "total", "limit", "offset", "next_offset"])
        let isPaged = parameters.contains { $0.name == "limit" }
        #expect(data["total"] == .integer(isPaged ? 3 : titles.count))
    }

    @Test func reportsEveryFaultOfFilter() throws {
        let envelope = try fixture.operations().list([
            ("limit", "0"), ("offset", "-1"), ("http_method", "x"), ("created_from", "yesterday"),
            ("created_to", "2026-02-30"), ("foo", "1"),
        ])
        #expect(
            envelope.error.array?.compactMap { $0.object?["params"]?.string } == [
                "params/limit must be a whole number from 1 to 1000",
                "params/offset must be a whole number, 0 or more",
                "params/http_method must be equal to one of the allowed values: "
                    + "GET, POST, PUT, DELETE",
                "params/created_from must be an RFC 3339 time, or a day such as 2026-11-20",
                "params/created_to must be an RFC 3339 time, or a day such as 2026-11-20",
                "params must NOT have additional property 'foo'",
            ])
    }

    @Test func keysGiveAccessToOneCompanyUntilRevoked() throws {
        let made = try fixture.store.createKey(company: "A", at: fixture.now)
        let other = try fixture.store.createKey(company: "B", at: fixture.now)
        #expect(made.text.wholeMatch(of: #/A[0-9a-f]{40}/#) != nil && made.text != other.text)
        #expect(try fixture.store.key(made.text)?.company == "A")
        #expect(try fixture.store.key(String(made.text.dropLast())) == nil)
        #expect(try fixture.store.key("") == nil)
        #expect(try fixture.store.keys().map(\.company) == ["A", "B"])
        #expect(try fixture.store.keys(company: "B") == [other.key])
        #expect(try fixture.store.revokeKey(made.key.id))
        #expect(try !fixture.store.revokeKey(made.key.id))
        #expect(try fixture.store.key(made.text) == nil)
        #expect(try fixture.store.key(other.text)?.company == "B")
    }

    @Test func requiresOriginalSecretKey() throws {
        let id = try fixture.make(request())
        #expect(try fixture.reopened().current(id, company: ProfilesFixture.company) != nil)
        let path = fixture.directory.path(of: "gateway.key")
        let key = try fixture.directory.text(of: "gateway.key")
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SecretKeyError.missing(path)) { try fixture.reopened() }
        try fixture.directory.write(String(repeating: "0", count: 64), to: "gateway.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: SecretKeyError.wrong(path)) { try fixture.reopened() }
        try fixture.directory.write(key, to: "gateway.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try fixture.reopened().current(id, company: ProfilesFixture.company) != nil)
    }

    @Test func detectsMovedSettings() throws {
        let ids = [try fixture.make(request()), try fixture.make(Seeds.createRequest)]
        try fixture.log.database.execute(
            "UPDATE profile_versions SET settings = (SELECT settings FROM profile_versions LIMIT 1)"
        )
        let store = try fixture.reopened()
        #expect(try store.current(ids[0], company: ProfilesFixture.company) != nil)
        let error = #expect(throws: DamagedProfile.self) {
            try store.current(ids[1], company: ProfilesFixture.company)
        }
        #expect(
            error?.description == "version 1 of profile \(ids[1]) is damaged in the database; "
                + "restore it from a backup")
    }

    @Test func ignoresDamagedKeyCheckIfKeyDecryptsProfile() throws {
        let id = try fixture.make(request())
        try fixture.log.database.execute("UPDATE secret_check SET closed = zeroblob(44)")
        let store = try fixture.reopened()
        #expect(try store.current(id, company: ProfilesFixture.company) != nil)
        #expect(try store.isKeyCheckDamaged() && store.verify().isGood)
    }
}
