import Testing

@testable import CallbackDispatch

/// How companies and their endpoints share the places.
@Suite struct ConcurrencyLimiterTests {
    /// Fills places for as long as there are some, and returns how many each lane got.
    private func fill(
        _ slots: inout ConcurrencyLimiter, lanes: ClosedRange<Int64>, _ pace: EndpointSpeed,
        company: String = "HA"
    ) -> [Int] {
        let party = Party(company: company, pace: pace)
        return lanes.map { lane in
            var count = 0
            while slots.admits(lane, of: party) {
                slots.take(lane, of: party)
                count += 1
            }
            return count
        }
    }

    @Test func oneLaneGetsEight() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, lanes: 1...1, .steady) == [8])
    }

    @Test func aCompanyHasSixtyFourAndTheLastAreForLanesThatHaveNone() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, lanes: 1...8, .steady) == [8, 8, 8, 8, 8, 8, 1, 1])
        #expect(fill(&slots, lanes: 9...40, .steady).reduce(0, +) == 14)
    }

    @Test func lanesThatNothingIsKnownOfGetTwoEach() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, lanes: 1...20, .fresh).reduce(0, +) == 32)
        #expect(fill(&slots, lanes: 1...1, .steady) == [6])
    }

    @Test func slowLanesTakeNoPlaceOfAQuickOne() {
        var slots = ConcurrencyLimiter()
        #expect(fill(&slots, lanes: 1...100, .slow).reduce(0, +) == 16)
        #expect(fill(&slots, lanes: 101...200, .steady).reduce(0, +) == 64)
    }

    @Test(
        "a company that comes late finds places, however many hang before it",
        arguments: EndpointSpeed.allCases)
    func lateCompany(pace: EndpointSpeed) {
        var slots = ConcurrencyLimiter()
        let counts = (0..<5).map { number in
            let lanes = Int64(number) * 1000 + 1...Int64(number) * 1000 + 200
            return fill(&slots, lanes: lanes, pace, company: "H\(number)").reduce(0, +)
        }
        #expect(counts[0] == pace.placesForCompany)
        // Each has at most half of what those before it have left.
        #expect(counts.allSatisfy { $0 > 0 })
        #expect(counts == counts.sorted(by: >))
        #expect(counts.reduce(0, +) < pace.places)
    }

    @Test func aPlaceThatIsFreedCanBeTaken() {
        var slots = ConcurrencyLimiter()
        _ = fill(&slots, lanes: 1...1, .steady)
        slots.free(1, of: Party(company: "HA", pace: .steady))
        #expect(fill(&slots, lanes: 1...1, .steady) == [1])
    }

    @Test func anAnswerWithinTwoSecondsMakesALaneSteady() {
        #expect(EndpointSpeed(microseconds: 1_999_999) == .steady)
        #expect(EndpointSpeed(microseconds: 2_000_000) == .slow)
    }

    @Test func whatIsTakenAtOnceIsWhatWouldBeTakenOneByOne() {
        var (one, many) = (CompanyShares(all: 100, forOne: 60), CompanyShares(all: 100, forOne: 60))
        for company in ["a", "b", "c", "a", "d"] {
            many.take(many.room(for: company), for: company)
            while one.room(for: company) > 0 { one.take(for: company) }
            #expect(one.taken == many.taken && one.count(of: company) == many.count(of: company))
        }
        #expect(many.taken < 100)
    }

    @Test func whoHoldsMuchInMemoryGetsNoMore() {
        var holdings = ClaimBudget()
        let party = Party(company: "HA", pace: .steady)
        #expect(holdings.bytes(for: "HA") == 16 << 20)
        for number in 1...16 { holdings.add(Self.claim(number, party, bytes: 1 << 20)) }
        #expect(holdings.bytes(for: "HA") == 0)
        #expect(holdings.bytes(for: "HB") == 16 << 20)
        holdings.remove(Self.claim(1, party, bytes: 1 << 20))
        #expect(holdings.bytes(for: "HA") > 0)
    }

    private static func claim(_ number: Int, _ party: Party, bytes: Int) -> Claim {
        Claim(
            id: Int64(number),
            callback: NewCallback(
                company: party.company, callbackID: "\(number)", target: .profile("IN_a"),
                channel: "default", event: nil, variables: String(repeating: " ", count: bytes)),
            attempt: 1, triesLeft: 8, due: DispatchFixture.start, leaseUntil: DispatchFixture.start,
            lane: Int64(number), pace: party.pace)
    }
}
