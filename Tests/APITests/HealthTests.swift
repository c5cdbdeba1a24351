import Glibc
import Testing

/// Monitoring gets a response even if everything else is blocked.
@Suite struct HealthTests {
    private let bench: APIFixture

    init() throws {
        bench = try APIFixture()
    }

    @Test func reportsHowManyCallbacksWait() throws {
        let id = try bench.profile()
        let event = #"{"callback_profile": "\#(id)"}"#
        #expect(bench.call("POST", "/callback/events", event).status == 202)
        let health = bench.ask("GET", "/healthz", headers: [])
        #expect(health.status == 200 && health.data?["waiting"]?.integer == 1)
        #expect(health.data?["in_flight"]?.integer == 0)
    }

    /// All reads use the clock, so blocking the clock blocks all threads.
    @Test func respondsWhileEverythingElseIsBlocked() throws {
        let lists = bench.now.withLock { _ in
            let lists = (1...8).map { _ in bench.start("GET", "/callback/profiles", "") }
            let health = bench.ask("GET", "/healthz", headers: [])
            #expect(health.status == 503 && health.message == "the database does not answer")
            let metrics = bench.ask("GET", "/metrics", headers: []).text
            #expect(metrics.contains("attempts_total"))
            #expect(!metrics.contains("callbacks_waiting"))
            #expect(lists.allSatisfy { $0() == nil })
            return lists
        }
        while lists.contains(where: { $0() == nil }) { usleep(1000) }
        #expect(lists.allSatisfy { $0()?.status == 200 })
        while bench.ask("GET", "/healthz", headers: []).status != 200 { usleep(1000) }
    }

    @Test func usesTheLastKnownDepthForAWhile() throws {
        #expect(bench.ask("GET", "/healthz", headers: []).data?["waiting"]?.integer == 0)
        let end = ContinuousClock.now + .seconds(2)
        // A count is considered fresh for one second.
        bench.now.withLock { _ in
            while ContinuousClock.now < end {
                let health = bench.ask("GET", "/healthz", headers: [])
                #expect(health.status == 200 && health.data?["waiting"]?.integer == 0)
            }
        }
    }
}
