import CivilTime
import DeliveryLog
import ReportDelivery
import Storage
import Testing

/// Operator notices, resending, health and pruning after failures.
@Suite struct AftermathTests {
    @Test func operatorIsNotifiedOnceInOneMail() throws {
        let fixture = try RunFixture(top: "operator: 'op@example.com',")
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers = ["a@example.com": [.reject], "b@example.com": [.reject]]
        try fixture.run("2026-03-01T17:00")
        #expect(fixture.transport.received(by: "op@example.com").count == 1)
        try fixture.run("2026-03-01T18:00")
        #expect(fixture.transport.received(by: "op@example.com").count == 1)
    }

    @Test func operatorNoticeIsRetriedAfterATemporaryFailure() throws {
        let fixture = try RunFixture(top: "operator: 'op@example.com',")
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers = ["a@example.com": [.reject], "op@example.com": [.defer]]
        try fixture.run("2026-03-01T17:00")
        #expect(fixture.transport.received(by: "op@example.com").isEmpty)
        try fixture.run("2026-03-01T18:00")
        #expect(fixture.transport.received(by: "op@example.com").count == 1)
    }

    @Test func resendFailedOnlySkipsAcceptedMails() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers = ["a@example.com": [.reject]]
        try fixture.run("2026-03-01T17:00")
        let id = try fixture.ledger.history()[0].id
        let run = try fixture.makeRun(fixture.at("2026-03-02T09:00"))
        #expect(try run.resend(report: id, failedOnly: true) == 1)
        #expect(fixture.transport.received(by: "b@example.com").count == 1)
        #expect(try fixture.ledger.history()[0].state == .sent)
        #expect(try run.resend(report: id, failedOnly: true) == 0)
        #expect(try run.resend(report: id, failedOnly: false) == 2)
        #expect(Set(fixture.transport.received(by: "b@example.com")).count == 1)
    }

    @Test func healthRequiresThatNothingIsOpen() throws {
        let fixture = try RunFixture()
        func health(_ local: String) throws -> Health {
            try fixture.ledger.health(of: fixture.configuration, now: fixture.at(local))
        }
        #expect(try health("2026-03-01T12:00").isHealthy == false)
        try fixture.run("2026-03-01T12:00")
        try fixture.ledger.recordRun(finishedAt: fixture.at("2026-03-01T12:00"), status: 0)
        #expect(try health("2026-03-01T12:30").isHealthy)
        #expect(try health("2026-03-01T13:01").lastRunIsMissing)
        #expect(try health("2026-03-01T18:01").overdue == 1)
        fixture.transport.answers = ["a@example.com": [.defer, .reject]]
        try fixture.run("2026-03-01T17:00")
        #expect(try health("2026-03-01T17:01").waiting == 1)
        try fixture.run("2026-03-01T17:05")
        #expect(try health("2026-03-01T17:06").givenUp == 1)
    }

    @Test func oldAttemptsArePrunedOnceADayAndReportsAreKept() throws {
        let fixture = try RunFixture(top: "retention: '30d',")
        try fixture.record("old", .failed, at: "2026-01-01T12:00")
        // It confirms the clock of the first run.
        try fixture.record("new", .delivered, at: "2026-02-28T12:00")
        try fixture.run("2026-03-01T12:00")
        #expect(try fixture.log.prunedBefore() == Instant(rfc3339: "2026-01-30T00:00:00Z"))
        try fixture.run("2026-03-02T11:00")
        #expect(try fixture.log.prunedBefore() == Instant(rfc3339: "2026-01-30T00:00:00Z"))
        try fixture.run("2026-03-02T12:00")
        #expect(try fixture.log.prunedBefore() == Instant(rfc3339: "2026-01-31T00:00:00Z"))
    }
}
