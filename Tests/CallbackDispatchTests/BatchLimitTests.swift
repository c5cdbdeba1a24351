import CivilTime
import Storage
import Testing

@testable import CallbackDispatch

/// How much one transaction writes while several companies send.
@Suite struct BatchLimitTests {
    private func claim(_ number: Int, _ company: String) -> Claim {
        let now = DispatchFixture.start
        return Claim(
            id: Int64(number), callback: DispatchFixture.callback("c-\(number)", company: company),
            attempt: 1, triesLeft: 5, due: now, leaseUntil: now, endpoint: Int64(number),
            speed: .steady)
    }

    private func results(_ counts: [(company: String, count: Int)]) -> [FinishedAttempt] {
        let claims = counts.flatMap { part in (0..<part.count).map { claim($0, part.company) } }
        return claims.map {
            FinishedAttempt(
                claim: $0, at: DispatchFixture.start, nextAttempt: nil, reason: nil,
                endpointIsGone: false, status: 200, method: nil, origin: nil, wasSent: false,
                exchange: ExchangeRecord())
        }
    }

    private func batch(_ results: [FinishedAttempt]) -> WriteBatch {
        WriteBatch(
            finished: results, owner: 1, now: DispatchFixture.start, dueBy: DispatchFixture.start)
    }

    /// A limit after transactions that took this long, with claims of these companies.
    private func limit(_ companies: [String], _ duration: Duration, times: Int = 1) -> BatchLimit {
        var limit = BatchLimit()
        let claims = companies.map { claim(1, $0) }
        for _ in 0..<times {
            limit.note(duration, of: batch(results([("HA", limit.size)])), claims)
        }
        return limit
    }

    @Test func singleCompanyHasNoLimit() {
        let limit = limit(["HA"], .seconds(1))
        #expect(limit.claims == nil)
        #expect(limit.split(results([("HA", 2_000)])).now.count == 2_000)
    }

    @Test func resultsOfAllCompaniesAreWrittenInTurn() {
        let limit = limit(["HA", "HB"], BatchLimit.target * 4)
        #expect((100...130).contains(limit.size))
        let (now, later) = limit.split(results([("HA", 1_000), ("HB", 10)]))
        #expect(now.count == limit.size && later.count == 1_010 - limit.size)
        #expect(later.allSatisfy { $0.claim.callback.company == "HA" })
        // The order within a company stays.
        let ids = now.filter { $0.claim.callback.company == "HA" }.map(\.claim.id)
        #expect(ids == ids.sorted() && ids.first == 0)
        #expect(later.first?.claim.id == Int64(ids.count))
    }

    @Test func sizeFollowsTheDuration() {
        #expect(limit(["HA", "HB"], .seconds(60)).size == BatchLimit.minSize)
        #expect(limit(["HA", "HB"], .seconds(60), times: 9).size == BatchLimit.minSize)
        var limit = limit(["HA", "HB"], .seconds(60))
        for _ in 0..<9 {
            limit.note(.zero, of: batch(results([("HA", limit.size)])), [])
        }
        #expect(limit.size == BatchLimit.maxSize)
    }

    /// A short transaction with little work says nothing about a longer one.
    @Test func smallBatchesDoNotRaiseTheSize() {
        var limit = limit(["HA", "HB"], .seconds(60))
        for _ in 0..<9 { limit.note(.zero, of: batch([]), [claim(1, "HA")]) }
        #expect(limit.size == BatchLimit.minSize)
    }

    @Test func companyIsForgottenWithoutClaims() {
        var limit = limit(["HA", "HB"], .zero)
        let later = ContinuousClock.now + .seconds(11)
        limit.note(.zero, of: batch([]), [claim(1, "HA")], at: later)
        #expect(limit.claims == nil)
    }

    @Test func companyGetsHalfOfTheNewClaimsOfATransaction() {
        var room = ClaimBudget()
        room.limitNewClaims(to: 20)
        let groups = ["HA", "HB"].map { FairnessGroup(company: $0, speed: .steady) }
        var counts = [0, 0]
        for (index, group) in groups.enumerated() {
            while room.available(for: group) > 0 {
                counts[index] += 1
                room.add(claim(1_000 * index + counts[index], group.company))
            }
        }
        #expect((5...10).contains(counts[0]) && counts[1] > 0, "\(counts)")
        #expect(room.available(for: .steady) == 20 - counts[0] - counts[1])
    }
}
