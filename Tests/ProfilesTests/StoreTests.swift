import CivilTime
import DeliveryLog
import Encryption
import FoundationEssentials
import JSON
import SQLite
import Storage
import TestSupport
import Testing

@testable import Profiles

@Suite struct StoreTests {
    private let bench: ProfilesFixture

    init() throws {
        bench = try ProfilesFixture()
    }

    @Test func disablesOnlyWhatIsActive() throws {
        let id = try bench.make(request())
        let later = ProfilesFixture.start.advanced(seconds: 5)
        #expect(try bench.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        #expect(try !bench.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        let profile = try #require(try bench.store.current(id, company: ProfilesFixture.company))
        #expect(profile.status == .autoDisabled && profile.statusSince == later)
        _ = try bench.operations().disable(id, at: later)
        #expect(try !bench.store.autoDisable(id, company: ProfilesFixture.company, at: later))
        #expect(try !bench.store.autoDisable(id, company: "OTHER", at: later))
        #expect(try bench.store.current(id, company: ProfilesFixture.company)?.status == .disabled)
    }

    @Test func enablingStartsATimeAnew() throws {
        let id = try bench.make(request())
        _ = try bench.store.autoDisable(
            id, company: ProfilesFixture.company, at: ProfilesFixture.start)
        let later = ProfilesFixture.start.advanced(seconds: 50)
        _ = try bench.operations().enable(id, at: later)
        #expect(try bench.store.current(id, company: ProfilesFixture.company)?.statusSince == later)
        _ = try bench.operations().enable(id, at: later.advanced(seconds: 9))
        #expect(try bench.store.current(id, company: ProfilesFixture.company)?.statusSince == later)
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
    func listsWhatTheFilterLetsPass(
        parameters: [(name: String, value: String)], titles: [String]
    ) throws {
        for (day, text) in [
            request().replacing("Orders", with: "First"),
            post("\"body\": {}").replacing("Orders", with: "Second ONE"),
            request().replacing("Orders", with: "Third one"),
        ].enumerated() {
            bench.now = ProfilesFixture.start.advanced(seconds: Int64(day) * 86_400)
            _ = try bench.make(text)
        }
        _ = try bench.make(request(), of: "OTHER")
        let data = try #require(try bench.operations().list(parameters).data.object)
        let found = data["profiles"]?.array?.compactMap { $0.object?["title"]?.string }
        #expect(found == titles)
        #expect(data.names == ["profiles", "total", "limit", "offset", "next_offset"])
        let isPaged = parameters.contains { $0.name == "limit" }
        #expect(data["total"] == .integer(isPaged ? 3 : titles.count))
    }

    @Test func namesEveryFaultOfAFilter() throws {
        let envelope = try bench.operations().list([
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

    @Test func keysOpenOneCompanyUntilRevoked() throws {
        let made = try bench.store.createKey(company: "A", at: bench.now)
        let other = try bench.store.createKey(company: "B", at: bench.now)
        #expect(made.text.wholeMatch(of: #/A[0-9a-f]{40}/#) != nil && made.text != other.text)
        #expect(try bench.store.key(made.text)?.company == "A")
        #expect(try bench.store.key(String(made.text.dropLast())) == nil)
        #expect(try bench.store.key("") == nil)
        #expect(try bench.store.keys().map(\.company) == ["A", "B"])
        #expect(try bench.store.keys(company: "B") == [other.key])
        #expect(try bench.store.revokeKey(made.key.id))
        #expect(try !bench.store.revokeKey(made.key.id))
        #expect(try bench.store.key(made.text) == nil)
        #expect(try bench.store.key(other.text)?.company == "B")
    }

    @Test func needsTheKeyThatItBeganWith() throws {
        let id = try bench.make(request())
        #expect(try bench.reopened().current(id, company: ProfilesFixture.company) != nil)
        let path = bench.directory.path(of: "gateway.key")
        let key = try bench.directory.text(of: "gateway.key")
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SecretKeyError.missing(path)) { try bench.reopened() }
        try bench.directory.write(String(repeating: "0", count: 64), to: "gateway.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: SecretKeyError.wrong(path)) { try bench.reopened() }
        try bench.directory.write(key, to: "gateway.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try bench.reopened().current(id, company: ProfilesFixture.company) != nil)
    }

    @Test func noticesSettingsThatWereMoved() throws {
        let ids = [try bench.make(request()), try bench.make(Seeds.createRequest)]
        try bench.log.database.execute(
            "UPDATE profile_versions SET settings = (SELECT settings FROM profile_versions LIMIT 1)"
        )
        let store = try bench.reopened()
        #expect(try store.current(ids[0], company: ProfilesFixture.company) != nil)
        let error = #expect(throws: DamagedProfile.self) {
            try store.current(ids[1], company: ProfilesFixture.company)
        }
        #expect(
            error?.description == "version 1 of profile \(ids[1]) is damaged in the database; "
                + "restore it from a backup")
    }

    @Test func ignoresADamagedCheckOfTheKeyWhereTheKeyOpensAProfile() throws {
        let id = try bench.make(request())
        try bench.log.database.execute("UPDATE secret_check SET closed = zeroblob(44)")
        let store = try bench.reopened()
        #expect(try store.current(id, company: ProfilesFixture.company) != nil)
        #expect(try store.isKeyCheckDamaged() && store.damagedProfiles().isEmpty)
    }
}
