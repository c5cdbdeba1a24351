import CivilTime
import DeliveryLog
import SQL
import Storage
import TestSupport
import Testing

/// Claims, leases, and releases.
@Suite struct QueueTests {
    @Test func callbackIsClaimedOnce() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1", "c-2")
        #expect(try fixture.claim() == ["c-1", "c-2"])
        #expect(try fixture.claim(owner: 2) == [])
        #expect(try fixture.state("c-1") == .inFlight)
    }

    @Test func expiredLeaseReleasesCallback() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        #expect(try fixture.claim() == ["c-1"])
        fixture.now = fixture.now.advanced(milliseconds: 59_999)
        #expect(try fixture.claim(owner: 2) == [])
        fixture.now = fixture.now.advanced(milliseconds: 1)
        #expect(try fixture.claim(owner: 2) == ["c-1"])
    }

    @Test func lostLeaseChangesNothing() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        let first = try fixture.claims()
        fixture.now = fixture.now.advanced(seconds: 61)
        #expect(try fixture.claim(owner: 2) == ["c-1"])
        try fixture.finish([(try #require(first.first), .timeout, nil)])
        #expect(try fixture.state("c-1") == .inFlight)
        #expect(try fixture.log.companies() == [])
    }

    @Test func releasedCallbackIsDueAtOnce() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        let claims = try fixture.claims()
        try fixture.queue.release(claims, owner: 2)
        #expect(try fixture.state("c-1") == .inFlight)
        try fixture.queue.release(claims, owner: 1)
        #expect(try fixture.claim() == ["c-1"])
    }

    @Test func attemptsOfOneEndpointAreRecordedWithTheirOwnEvents() throws {
        let fixture = try QueueFixture()
        let events = ["SMS-sent", "SMS-sent", "SMS-failed", nil, "SMS-sent"]
        let callbacks = events.enumerated().map { number, event in
            NewCallback(
                company: "HA", callbackID: "c-\(number)", target: .profile("IN_a"),
                channel: "sms", event: event, variables: "{}")
        }
        _ = try fixture.queue.accept(callbacks, now: fixture.now)
        try fixture.finish(fixture.claims().map { ($0, nil, nil) })
        let attempts = try fixture.log.attempts(AttemptFilter(company: "HA"), limit: 9)
        #expect(attempts.sorted { $0.callbackID < $1.callbackID }.map(\.event) == events)
    }

    @Test func claimRespectsRoomPerEndpoint() throws {
        let fixture = try QueueFixture()
        for number in 1...5 { try fixture.accept("a-\(number)", profile: "IN_a") }
        fixture.now = fixture.now.advanced(seconds: 1)
        for number in 1...5 { try fixture.accept("b-\(number)", profile: "IN_b") }
        fixture.now = fixture.now.advanced(seconds: 1)
        try fixture.accept("c-1", profile: "IN_c")
        #expect(
            try fixture.claim(QueueFixture.Places(all: 4, endpoint: 2)) == [
                "a-1", "a-2", "b-1", "b-2",
            ])
        // The remaining callbacks of the first endpoint are still the oldest.
        #expect(
            try fixture.claim(QueueFixture.Places(all: 4, endpoint: 2)) == [
                "a-3", "a-4", "b-3", "b-4",
            ])
    }

    @Test func nothingIsClaimedBeforeItIsDue() throws {
        let fixture = try QueueFixture()
        try fixture.accept("c-1")
        #expect(try fixture.nextWork() == fixture.now)
        fixture.now = fixture.now.advanced(milliseconds: -1)
        #expect(try fixture.claim() == [])
    }

    @Test func nextWorkIsLeaseExpiryWhenAllIsClaimed() throws {
        let fixture = try QueueFixture()
        #expect(try fixture.nextWork() == nil)
        try fixture.accept("c-1")
        _ = try fixture.claim()
        #expect(try fixture.nextWork() == fixture.now.advanced(seconds: 60))
    }

    /// With a million waiting callbacks, a claim must not read more rows than it takes.
    @Test func everyClaimStatementUsesAnIndex() throws {
        let fixture = try QueueFixture()
        let statements = [
            "SELECT id FROM lanes WHERE pace = 1 AND next_due <= 5 ORDER BY next_due LIMIT 257",
            """
            SELECT company, next_due FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = 1 AND company > 'A' AND next_due IS NOT NULL
            ORDER BY company, next_due LIMIT 1
            """,
            """
            SELECT id FROM lanes INDEXED BY lanes_due_by_company
            WHERE pace = 1 AND company = 'A' AND next_due <= 5 ORDER BY next_due
            """,
            """
            SELECT id FROM callbacks INDEXED BY callbacks_waiting
            WHERE lane = 1 AND state = 0 AND due <= 5 ORDER BY due LIMIT 8
            """,
            """
            SELECT min(due) FROM callbacks INDEXED BY callbacks_waiting
            WHERE lane = 1 AND state = 0
            """,
            "SELECT id, lane, due FROM callbacks WHERE state = 1 AND lease_until <= 5",
            "SELECT 1 FROM lanes WHERE pace = 0 AND next_due > 5",
            "SELECT min(lease_until) FROM callbacks WHERE state = 1",
            "SELECT min(next_due) AS at FROM lanes WHERE pace = 0 AND next_due IS NOT NULL",
        ]
        for sql in statements {
            let plan = try fixture.log.database.rows("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("INDEX") }, "\(plan)")
        }
    }
}
