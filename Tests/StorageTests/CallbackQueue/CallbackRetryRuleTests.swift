import CivilTime
import Storage
import Testing

@Suite struct CallbackRetryRuleTests {
    private let now = Instant(seconds: 1_760_000_000)

    private func wait(triesLeft: Int, retryAfter: Int64? = nil, jitter: Double = 0) -> Int64? {
        CallbackRetryRule.nextAttempt(
            triesLeft: triesLeft, at: now, retryAfter: retryAfter, jitter: jitter
        ).map { $0.milliseconds - now.milliseconds }
    }

    @Test func delaysMatchSpecification() {
        let waits = (1...8).reversed().map { wait(triesLeft: $0) }
        #expect(
            waits == [
                5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, nil,
            ])
    }

    @Test func jitterAddsUpToAFifth() {
        #expect(wait(triesLeft: 8, jitter: 0.5) == 5_500)
        #expect(wait(triesLeft: 2, jitter: 0.999) == 43_192_800)
    }

    @Test("a receiver can lengthen the delay to an hour at most, and never shorten it")
    func retryAfter() {
        #expect(wait(triesLeft: 8, retryAfter: 4) == 5_000)
        #expect(wait(triesLeft: 8, retryAfter: 6) == 6_000)
        #expect(wait(triesLeft: 8, retryAfter: 3600) == 3_600_000)
        #expect(wait(triesLeft: 8, retryAfter: 3601) == 3_600_000)
        #expect(wait(triesLeft: 8, retryAfter: .max) == 3_600_000)
        #expect(wait(triesLeft: 4, retryAfter: 10) == 7_200_000)
        #expect(wait(triesLeft: 1, retryAfter: 10) == nil)
    }
}
