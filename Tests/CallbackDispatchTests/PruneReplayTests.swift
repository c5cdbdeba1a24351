import CivilTime
import DeliveryLog
import SQLite
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// Pruning beside callbacks that wait, and that are sent again: each stays counted once.
@Suite struct PruneReplayTests {
    private struct Anything: ClaimRoom {
        func room(for pace: EndpointSpeed) -> Int { pace == .fresh ? 1000 : 0 }
        func room(for party: Party) -> Int { 1000 }
        func room(for lane: Int64, _ pace: EndpointSpeed) -> Int { 1000 }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) {}
    }

    /// All times of a test.
    private let always = Period(
        start: Instant(milliseconds: 0),
        end: DispatchFixture.start.advanced(seconds: 100_000 * 86_400))

    /// Ends the attempts at all that is due; `outcome` says how.
    private func attempt(_ bench: DispatchFixture, _ outcome: (String) -> Outcome) throws {
        let claims = try bench.queue.claim(
            Anything(), owner: 1, now: bench.now, dueBy: bench.now)
        let finished = claims.map { claim in
            let outcome = outcome(claim.callback.callbackID)
            let next = outcome == .retrying && claim.triesLeft > 1
            var verdict = AttemptResult(.timeout, isWorthRetrying: outcome == .retrying)
            if outcome == .delivered { verdict.reason = nil }
            return FinishedAttempt(
                claim: claim, at: bench.now,
                nextAttempt: next ? bench.now.advanced(seconds: 5) : nil, verdict: verdict)
        }
        try bench.log.write { (writer) throws(DatabaseError) in
            try bench.queue.finish(finished, owner: 1, &writer)
        }
    }

    private func pass(days: Int64, _ bench: DispatchFixture) {
        bench.now = bench.now.advanced(seconds: days * 86_400)
    }

    @Test func aCallbackThatWaitsForItsNextAttemptIsNotPruned() throws {
        let bench = try DispatchFixture()
        try bench.accept("once")
        try attempt(bench) { _ in .retrying }
        pass(days: 3, bench)
        let pruned = try bench.log.prune(before: bench.now.advanced(seconds: -86_400))
        #expect(pruned == Pruned(attempts: 0, kept: 1))
        try attempt(bench) { _ in .delivered }
        #expect(try bench.log.tally(company: "HA", in: always) == Tally(delivered: 1))
        #expect(try bench.log.verify().isGood)
    }

    @Test(arguments: [Outcome.failed, .delivered])
    func aCallbackThatCanBeReplayedIsNotPruned(outcome: Outcome) throws {
        let bench = try DispatchFixture()
        try bench.accept("once")
        try attempt(bench) { _ in outcome }
        pass(days: 3, bench)
        let limit = bench.now.advanced(seconds: -86_400)
        #expect(try bench.log.prune(before: limit) == Pruned(attempts: 0, kept: 1))
        #expect(try bench.queue.replay("once", company: "HA", now: bench.now) == .queued)
        try attempt(bench) { _ in .delivered }
        #expect(try bench.log.tally(company: "HA", in: always) == Tally(delivered: 1))
        #expect(try bench.log.verify().isGood)
        // It goes when the queue has let it go.
        pass(days: 3, bench)
        #expect(try bench.queue.prune(before: bench.now).callbacks == 1)
        #expect(try bench.log.prune(before: bench.now) == Pruned(attempts: 2))
        #expect(try bench.log.tally(company: "HA", in: always) == Tally(delivered: 1))
    }

    @Test(arguments: 1...6) func countsStayExactOverPruningAndReplays(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bench = try DispatchFixture()
        var latest: [String: Outcome] = [:]
        for step in 0..<150 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                for part in 0..<Int.random(in: 1...3, using: &random) {
                    try bench.accept("c-\(step)-\(part)")
                }
            case 3..<6:
                try attempt(bench) { id in
                    let outcome = Outcome.allCases.randomElement(using: &random) ?? .failed
                    latest[id] = outcome
                    return outcome
                }
                // The last attempt of a callback is never followed by another one.
                for id in latest.keys where latest[id] == .retrying {
                    if try bench.state(id) == .failed { latest[id] = .failed }
                }
            case 6: pass(days: Int64.random(in: 1...3, using: &random), bench)
            case 7:
                let days = Int64.random(in: 0...4, using: &random)
                try bench.log.prune(before: bench.now.advanced(seconds: -days * 86_400))
            case 8:
                let days = Int64.random(in: 2...9, using: &random)
                try bench.queue.prune(before: bench.now.advanced(seconds: -days * 86_400))
            default:
                guard let id = latest.keys.sorted().randomElement(using: &random) else { break }
                _ = try bench.queue.replay(id, company: "HA", now: bench.now)
            }
            let expected = latest.values.reduce(into: Tally()) { $0[$1] += 1 }
            try #require(try bench.log.tally(company: "HA", in: always) == expected, "step \(step)")
        }
        #expect(try bench.log.verify().isGood)
        #expect(latest.count > 20)
    }
}
