import Glibc
import HTTPServer
import JSON
import Synchronization
import Testing

/// Monitoring gets a response even if everything else is blocked.
@Suite struct HealthTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    @Test func reportsHowManyCallbacksWait() throws {
        let id = try fixture.profile()
        let event = #"{"callback_profile": "\#(id)"}"#
        #expect(fixture.call("POST", "/callback/events", event).status == 202)
        let health = fixture.ask("GET", "/healthz", headers: [])
        #expect(health.status == 200 && health.data?["waiting"]?.integer == 1)
        #expect(health.data?["in_flight"]?.integer == 0)
        #expect(health.data?["unrecorded"]?.integer == 0)
        fixture.unrecorded.withLock { $0 = 7 }
        #expect(fixture.ask("GET", "/healthz", headers: []).data?["unrecorded"]?.integer == 7)
    }

    /// All reads use the clock, so blocking the clock blocks all threads.
    @Test func respondsWhileEverythingElseIsBlocked() throws {
        let lists = fixture.now.withLock { _ in
            let lists = (1...8).map { _ in fixture.start("GET", "/callback/profiles", "") }
            let health = fixture.ask("GET", "/healthz", headers: [])
            #expect(health.status == 503 && health.message == "the database does not respond")
            let metrics = fixture.ask("GET", "/metrics", headers: []).text
            #expect(metrics.contains("attempts_total"))
            #expect(!metrics.contains("callbacks_waiting"))
            #expect(lists.allSatisfy { $0() == nil })
            return lists
        }
        while lists.contains(where: { $0() == nil }) { usleep(1000) }
        #expect(lists.allSatisfy { $0()?.status == 200 })
        while fixture.ask("GET", "/healthz", headers: []).status != 200 { usleep(1000) }
    }

    @Test func usesTheLastKnownDepthForAWhile() throws {
        #expect(fixture.ask("GET", "/healthz", headers: []).data?["waiting"]?.integer == 0)
        let end = ContinuousClock.now + .seconds(2)
        // A count is considered fresh for one second.
        fixture.now.withLock { _ in
            while ContinuousClock.now < end {
                let health = fixture.ask("GET", "/healthz", headers: [])
                #expect(health.status == 200 && health.data?["waiting"]?.integer == 0)
            }
        }
    }
}
