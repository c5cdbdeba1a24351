import API
import JSON
import Testing

@testable import Profiles

/// The limits of a company, and the paging of its lists.
@Suite struct LimitTests {
    private let fixture: ProfilesFixture

    init() throws {
        fixture = try ProfilesFixture()
    }

    private func operations(_ limits: CompanyLimits, _ company: String = "A") -> ProfileResponses {
        ProfileResponses(
            ProfileOperations(fixture.store, company: company, pod: "IN", limits: limits) { _ in nil
            })
    }

    @Test func companyHasLimitOfProfiles() throws {
        let operations = operations(CompanyLimits(profiles: 2))
        let made = try (1...3).map { _ in
            try operations.create(Array(request().utf8), at: fixture.now)
        }
        #expect(made.map(\.status) == [201, 201, 409])
        #expect(made[2].code == "RBC409" && made[2].error.array?.count == 1)
        #expect(
            made[2].error.array?.first?.object?["body"]?.string
                == "A company may have 2 profiles; delete one, or raise "
                + "'gateway.profilesPerCompany'")
        let other = self.operations(CompanyLimits(profiles: 2), "B")
        #expect(try other.create(Array(request().utf8), at: fixture.now).status == 201)
        let id = try #require(made[0].data.object?["profile_id"]?.string)
        #expect(try operations.delete(id).isSuccess)
        #expect(try operations.create(Array(request().utf8), at: fixture.now).status == 201)
    }

    @Test func companyHasLimitOfNumbers() throws {
        let operations = operations(CompanyLimits(numbers: 2))
        let made = try operations.create(Array(request().utf8), at: fixture.now)
        let id = try #require(made.data.object?["profile_id"]?.string)
        #expect(try operations.bind("919876543210", to: id).status == 200)
        #expect(try operations.bind("919876543211", to: id).status == 200)
        #expect(try operations.bind("919876543212", to: id).status == 409)
        // A number that is already bound can be bound to another profile.
        #expect(try operations.bind("919876543211", to: id).status == 200)
        #expect(try operations.unbind("919876543211").status == 200)
        #expect(try operations.bind("919876543212", to: id).status == 200)
    }

    @Test func pageOfLargeProfilesEndsEarlyWithNextOffset() throws {
        let operations = operations(CompanyLimits())
        let large = post("\"body\": {\"a\": \"\(String(repeating: "x", count: 900_000))\"}")
        for _ in 1...6 { _ = try operations.create(Array(large.utf8), at: fixture.now) }
        var (offset, pages, ids): (Int?, Int, Set<String>) = (0, 0, [])
        while let start = offset {
            let envelope = try operations.list([("limit", "1000"), ("offset", "\(start)")])
            #expect(envelope.json.compactBytes.count < 5 << 20)
            let data = try #require(envelope.data.object)
            #expect(data["total"]?.integer == 6 && data["limit"]?.integer == 1000)
            for profile in data["profiles"]?.array ?? [] {
                ids.insert(profile.object?["profile_id"]?.string ?? "")
            }
            offset = data["next_offset"]?.integer
            pages += 1
        }
        #expect(pages == 2 && ids.count == 6)
    }

    @Test func listsNumbersByPages() throws {
        let operations = operations(CompanyLimits())
        let made = try operations.create(Array(request().utf8), at: fixture.now)
        let id = try #require(made.data.object?["profile_id"]?.string)
        for number in 1...5 { _ = try operations.bind("91987654321\(number)", to: id) }
        let all = try #require(try operations.bindings().data.object)
        #expect(all["numbers"]?.array?.count == 5 && all["next_offset"] == .null)
        let page = try #require(
            try operations.bindings([("limit", "2"), ("offset", "2")]).data.object)
        let numbers = page["numbers"]?.array?.compactMap { $0.object?["wanumber"]?.string }
        #expect(numbers == ["+919876543213", "+919876543214"])
        #expect(page["total"]?.integer == 5 && page["next_offset"]?.integer == 4)
        #expect(try operations.bindings([("limit", "0"), ("x", "1")]).error.array?.count == 2)
    }
}
