import Alerts
import CivilTime
import DeliveryLog
import Storage
import TestSupport
import Testing

/// Replays of the queue, as alerts see them.
@Suite struct ReplayMarkTests {
    private let fixture: QueueFixture

    init() throws {
        fixture = try QueueFixture()
    }

    private func attempt(_ outcome: Outcome) throws {
        let results = try fixture.claims().map { claim in
            (
                claim: claim, reason: outcome == .delivered ? nil : Reason.timeout,
                next: Instant?.none
            )
        }
        try fixture.finish(results)
    }

    private func observe() throws -> [EndpointObservation] {
        let reading = AlertClock.Reading(now: fixture.now.advanced(seconds: 60))
        return try Array(
            fixture.log.observations(
                company: "HA", states: [:], by: FailureRule(), at: reading
            ).values)
    }

    @Test func `failures of callbacks are observed, failures of their replays are not`() throws {
        for index in 0..<12 { try fixture.accept("c\(index)") }
        try attempt(.failed)
        #expect(try observe().map(\.situation.recent.failed) == [12])
        fixture.now = fixture.now.advanced(seconds: 7200)
        for index in 0..<12 {
            #expect(
                try fixture.queue.replay("c\(index)", company: "HA", now: fixture.now) == .queued)
        }
        try attempt(.failed)
        #expect(try observe().filter { $0.lastFailure != nil }.isEmpty)
    }

    @Test func `the second replay of a callback is one as well`() throws {
        for index in 0..<12 { try fixture.accept("c\(index)") }
        try attempt(.failed)
        for _ in 0..<2 {
            fixture.now = fixture.now.advanced(seconds: 7200)
            for index in 0..<12 {
                _ = try fixture.queue.replay("c\(index)", company: "HA", now: fixture.now)
            }
            try attempt(.failed)
        }
        #expect(try observe().filter { $0.lastFailure != nil }.isEmpty)
    }
}
