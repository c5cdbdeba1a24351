import Glibc
import Testing

/// Those who watch the gateway get an answer, whatever keeps everything else waiting.
@Suite struct HealthTests {
    private let bench: APIFixture

    init() throws {
        bench = try APIFixture()
    }

    @Test func tellsHowManyCallbacksWait() throws {
        let id = try bench.profile()
        let event = #"{"callback_profile": "\#(id)"}"#
        #expect(bench.call("POST", "/callback/events", event).status == 202)
        let health = bench.ask("GET", "/healthz", headers: [])
        #expect(health.status == 200 && health.data?["waiting"]?.integer == 1)
        #expect(health.data?["in_flight"]?.integer == 0)
    }

    /// Everything that reads asks for the time, so here all threads wait for it.
    @Test func answersWhileNothingElseDoes() throws {
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

    @Test func goesOnWithWhatIsKnownForAWhile() throws {
        #expect(bench.ask("GET", "/healthz", headers: []).data?["waiting"]?.integer == 0)
        let end = ContinuousClock.now + .seconds(2)
        // The first second is that of a fresh count.
        bench.now.withLock { _ in
            while ContinuousClock.now < end {
                let health = bench.ask("GET", "/healthz", headers: [])
                #expect(health.status == 200 && health.data?["waiting"]?.integer == 0)
            }
        }
    }
}
