import Concurrency
import Storage
import Testing

@testable import CallbackDispatch

/// Companies and their endpoints share the slots fairly.
@Suite struct ConcurrencyLimiterTests {
    /// Takes slots until none are left, and returns how many each endpoint got.
    private func fill(
        _ slots: inout ConcurrencyLimiter, endpoints: ClosedRange<Int64>, _ speed: EndpointSpeed,
        company: String = "HA"
    ) -> [Int] {
        let group = FairnessGroup(company: company, speed: speed)
        return endpoints.map { endpoint in
            var count = 0
            while slots.hasRoom(for: group), slots.admits(endpoint, of: group) {
                slots.take(endpoint, of: group)
                count += 1
            }
            return count
        }
    }

    @Test func oneEndpointGetsEightSlots() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, endpoints: 1...1, .steady) == [8])
    }

    @Test func companyGetsSixtyFourSlotsAndReservesTheLast() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, endpoints: 1...8, .steady) == [8, 8, 8, 8, 8, 8, 1, 1])
        #expect(fill(&slots, endpoints: 9...40, .steady).reduce(0, +) == 14)
    }

    @Test func newEndpointsGetTwoSlotsEach() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, endpoints: 1...20, .fresh).reduce(0, +) == 32)
        #expect(fill(&slots, endpoints: 1...1, .steady) == [6])
    }

    @Test func slowEndpointsDoNotUseFastSlots() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, endpoints: 1...100, .slow).reduce(0, +) == 16)
        #expect(fill(&slots, endpoints: 101...200, .steady).reduce(0, +) == 48)
    }

    @Test func allRequestsOfACompanyTogetherHaveALimit() {
        var slots = ConcurrencyLimiter()
        let counts = [EndpointSpeed.slow, .fresh, .steady].enumerated().map { index, speed in
            let first = Int64(index) * 1000 + 1
            return fill(&slots, endpoints: first...first + 200, speed).reduce(0, +)
        }
        #expect(counts == [16, 32, 16])
        #expect(fill(&slots, endpoints: 5000...5100, .steady, company: "HB").reduce(0, +) == 56)
        slots.free(1, of: FairnessGroup(company: "HA", speed: .slow))
        #expect(fill(&slots, endpoints: 6000...6000, .steady) == [1])
    }

    @Test(
        "a late company finds slots, no matter how many others hang",
        arguments: EndpointSpeed.allCases)
    func lateCompany(speed: EndpointSpeed) {
        var slots = ConcurrencyLimiter()
        let counts = (0..<5).map { number in
            let endpoints = Int64(number) * 1000 + 1...Int64(number) * 1000 + 200
            return fill(&slots, endpoints: endpoints, speed, company: "H\(number)").reduce(0, +)
        }
        #expect(counts[0] == speed.slotsPerCompany)
        // Each company gets at most half of what the earlier ones left.
        #expect(counts.allSatisfy { $0 > 0 })
        #expect(counts == counts.sorted(by: >))
        #expect(counts.reduce(0, +) < speed.slots)
    }

    @Test func freedSlotCanBeTaken() {
        var slots = ConcurrencyLimiter()
        _ = fill(&slots, endpoints: 1...1, .steady)
        slots.free(1, of: FairnessGroup(company: "HA", speed: .steady))
        #expect(fill(&slots, endpoints: 1...1, .steady) == [1])
    }

    @Test func responseWithinTwoSecondsIsSteady() {
        #expect(EndpointSpeed(microseconds: 1_999_999) == .steady)
        #expect(EndpointSpeed(microseconds: 2_000_000) == .slow)
    }

    @Test func takingAtOnceEqualsTakingOneByOne() {
        var (one, many) = (
            FairShareLimiter(total: 100, maxPerCompany: 60),
            FairShareLimiter(total: 100, maxPerCompany: 60)
        )
        for company in ["a", "b", "c", "a", "d"] {
            many.take(many.available(for: company), for: company)
            while one.available(for: company) > 0 { one.take(for: company) }
            #expect(one.taken == many.taken && one.count(of: company) == many.count(of: company))
        }
        #expect(many.taken < 100)
    }

    @Test func companyAtMemoryLimitGetsNoMore() {
        var budget = ClaimBudget()
        let group = FairnessGroup(company: "HA", speed: .steady)
        #expect(budget.bytes(for: "HA") == 16 << 20)
        for number in 1...16 { budget.add(Self.claim(number, group, bytes: 1 << 20)) }
        #expect(budget.bytes(for: "HA") == 0)
        #expect(budget.bytes(for: "HB") == 16 << 20)
        budget.remove(Self.claim(1, group, bytes: 1 << 20))
        #expect(budget.bytes(for: "HA") > 0)
    }

    private static func claim(_ number: Int, _ group: FairnessGroup, bytes: Int) -> Claim {
        Claim(
            id: Int64(number),
            callback: NewCallback(
                company: group.company, callbackID: "\(number)", target: .profile("IN_a"),
                channel: "default", event: nil, variables: String(repeating: " ", count: bytes)),
            attempt: 1, triesLeft: 8, due: DispatchFixture.start, leaseUntil: DispatchFixture.start,
            endpoint: Int64(number), speed: group.speed)
    }
}
