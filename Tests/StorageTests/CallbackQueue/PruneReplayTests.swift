import CivilTime
import DeliveryLog
import Storage
import TestSupport
import Testing

/// Pruning around waiting and replayed callbacks: each stays counted exactly once.
@Suite struct PruneReplayTests {
    /// Contains all times of a test.
    private let always = Period(
        start: Instant(milliseconds: 0),
        end: QueueFixture.start.advanced(seconds: 100_000 * 86_400))

    /// Finishes an attempt at every due callback, with the result that `outcome` returns.
    private func attempt(_ fixture: QueueFixture, _ outcome: (String) -> Outcome) throws {
        let results = try fixture.claims().map { claim in
            let outcome = outcome(claim.callback.callbackID)
            let next = outcome == .retrying && claim.triesLeft > 1
            return (
                claim: claim, reason: outcome == .delivered ? nil : Reason.timeout,
                next: next ? fixture.now.advanced(seconds: 5) : nil
            )
        }
        try fixture.finish(results)
    }

    private func pass(days: Int64, _ fixture: QueueFixture) {
        fixture.now = fixture.now.advanced(seconds: days * 86_400)
    }

    @Test func waitingCallbackIsNotPruned() throws {
        let fixture = try QueueFixture()
        try fixture.accept("once")
        try attempt(fixture) { _ in .retrying }
        pass(days: 3, fixture)
        let pruned = try fixture.log.prune(before: fixture.now.advanced(seconds: -86_400))
        #expect(pruned == Pruned(attempts: 0, kept: 1))
        try attempt(fixture) { _ in .delivered }
        #expect(try fixture.log.tally(company: "HA", in: always) == Tally(delivered: 1))
        #expect(try fixture.log.verify().isGood)
    }

    @Test(arguments: [Outcome.failed, .delivered])
    func replayableCallbackIsNotPruned(outcome: Outcome) throws {
        let fixture = try QueueFixture()
        try fixture.accept("once")
        try attempt(fixture) { _ in outcome }
        pass(days: 3, fixture)
        let limit = fixture.now.advanced(seconds: -86_400)
        #expect(try fixture.log.prune(before: limit) == Pruned(attempts: 0, kept: 1))
        #expect(try fixture.queue.replay("once", company: "HA", now: fixture.now) == .queued)
        try attempt(fixture) { _ in .delivered }
        #expect(try fixture.log.tally(company: "HA", in: always) == Tally(delivered: 1))
        #expect(try fixture.log.verify().isGood)
        // The log row is pruned once the queue has pruned the callback.
        pass(days: 3, fixture)
        #expect(try fixture.queue.prune(before: fixture.now).callbacks == 1)
        #expect(try fixture.log.prune(before: fixture.now) == Pruned(attempts: 2))
        #expect(try fixture.log.tally(company: "HA", in: always) == Tally(delivered: 1))
    }

    @Test(arguments: 1...6) func countsStayExactOverPruningAndReplays(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try QueueFixture()
        var latest: [String: Outcome] = [:]
        for step in 0..<150 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                for part in 0..<Int.random(in: 1...3, using: &random) {
                    try fixture.accept("c-\(step)-\(part)")
                }
            case 3..<6:
                try attempt(fixture) { id in
                    let outcome = Outcome.allCases.randomElement(using: &random) ?? .failed
                    latest[id] = outcome
                    return outcome
                }
                // No retry follows the last attempt of a callback.
                for id in latest.keys where latest[id] == .retrying {
                    if try fixture.state(id) == .failed { latest[id] = .failed }
                }
            case 6: pass(days: Int64.random(in: 1...3, using: &random), fixture)
            case 7:
                let days = Int64.random(in: 0...4, using: &random)
                try fixture.log.prune(before: fixture.now.advanced(seconds: -days * 86_400))
            case 8:
                let days = Int64.random(in: 2...9, using: &random)
                try fixture.queue.prune(before: fixture.now.advanced(seconds: -days * 86_400))
            default:
                guard let id = latest.keys.sorted().randomElement(using: &random) else { break }
                _ = try fixture.queue.replay(id, company: "HA", now: fixture.now)
            }
            let expected = latest.values.reduce(into: Tally()) { $0[$1] += 1 }
            try #require(
                try fixture.log.tally(company: "HA", in: always) == expected, "step \(step)")
        }
        #expect(try fixture.log.verify().isGood)
        #expect(latest.count > 20)
    }
}
