import API
import CivilTime
import JSON
import SQL
import Storage
import Testing

@testable import Profiles

/// One profile in the database is unreadable. Operations on all other profiles still work.
@Suite struct DamagedProfileTests {
    private let fixture: ProfilesFixture
    private let (damaged, whole): (String, String)
    private let store: ProfileStore

    enum Damage: String, CaseIterable {
        case flippedBit = """
            UPDATE profile_versions SET settings = CAST(
                substr(settings, 1, 20) || x'00' || substr(settings, 22) AS BLOB) WHERE profile = 1
            """
        case cutShort = "UPDATE profile_versions SET settings = x'01' WHERE profile = 1"
        case noVersion = "DELETE FROM profile_versions WHERE profile = 1"
        case otherVersion = "UPDATE callback_profiles SET version = 7 WHERE number = 1"
        case unknownStatus = "UPDATE callback_profiles SET status = 9 WHERE number = 1"
        case largeStatus = """
            UPDATE callback_profiles SET status = 9223372036854775807 WHERE number = 1
            """
        case largeVersion = """
            UPDATE callback_profiles SET version = 9223372036854775807 WHERE number = 1
            """
        case createdLate = """
            UPDATE callback_profiles SET created_at = 9223372036854775807 WHERE number = 1
            """
        case createdEarly = """
            UPDATE callback_profiles SET created_at = -9223372036854775808 WHERE number = 1
            """
        case invalidStatusTime = """
            UPDATE callback_profiles SET status_since = -1 WHERE number = 1
            """
        case invalidVersionTime = """
            UPDATE profile_versions SET since = 9223372036854775807 WHERE profile = 1
            """

        /// Damage to the numbers that are read on every lookup, even for a cached profile.
        static let numbers: [Damage] = [
            .otherVersion, .unknownStatus, .largeStatus, .largeVersion, .createdLate,
            .createdEarly, .invalidStatusTime,
        ]
    }

    init() throws {
        fixture = try ProfilesFixture()
        damaged = try fixture.make(request().replacing("Orders", with: "Broken"))
        whole = try fixture.make(post(#""body": {}"#))
        store = try fixture.reopened()
    }

    private var operations: ProfileResponses { fixture.operations(on: store) }

    private func damage(_ kind: Damage) throws {
        #expect(try fixture.log.database.change(kind.rawValue) == 1)
    }

    @Test(arguments: Damage.allCases)
    func damagedProfileIsListedAsDamaged(_ kind: Damage) throws {
        try damage(kind)
        let data = try #require(try operations.list([]).data.object)
        let profiles = (data["profiles"]?.array ?? []).compactMap(\.object)
        try #require(profiles.count == 2)
        #expect(profiles.map { $0["profile_id"]?.string } == [whole, damaged])
        #expect(data["total"]?.integer == 2)
        #expect(profiles[0]["damaged"] == nil && profiles[0].names == whole(names: profiles[1]))
        #expect(profiles[1]["title"] == "Broken" && profiles[1]["http_method"] == "GET")
        let words = profiles[1]["damaged"]?.string
        #expect(
            words?.contains("of profile \(damaged) is damaged in the database; restore") == true)
        #expect(try operations.show(damaged).data == .object(profiles[1]))
        #expect(try operations.showEncoded(damaged) == EncodedEnvelope(operations.show(damaged)))
        #expect(try operations.show(whole).data == .object(profiles[0]))
    }

    private func whole(names profile: JSONObject) -> [String] {
        profile.names.filter { $0 != "damaged" }
    }

    @Test(arguments: Damage.allCases)
    func damagedProfileIsFound(_ kind: Damage) throws {
        #expect(try store.verify().isGood)
        try damage(kind)
        #expect(try store.verify().damaged.map(\.id) == [damaged])
        #expect(try store.profileCount() == 2)
    }

    @Test(arguments: Damage.numbers)
    func damageIsDetectedInCachedProfile(_ kind: Damage) throws {
        #expect(try store.current(damaged, company: ProfilesFixture.company) != nil)
        try damage(kind)
        for _ in 1...2 {
            #expect(throws: DamagedProfile.self) {
                try store.current(damaged, company: ProfilesFixture.company)
            }
            #expect(try store.current(whole, company: ProfilesFixture.company)?.id == whole)
        }
    }

    @Test func damagedProfileCanOnlyBeDisabledOrDeleted() throws {
        try damage(.flippedBit)
        for refused in [
            try operations.update(damaged, Array(#"{"title": "Other"}"#.utf8), at: fixture.now),
            try operations.bind("919876543210", to: damaged),
        ] {
            #expect(refused.status == 409 && refused.code == "RBC409")
            #expect(refused.message == "The profile is damaged")
        }
        let disabled = try operations.disable(damaged, at: fixture.now)
        #expect(disabled.isSuccess && disabled.data.object?["status"]?.integer == 3)
        #expect(try operations.delete(damaged).isSuccess)
        #expect(try operations.list([]).data.object?["total"]?.integer == 1)
    }
}
