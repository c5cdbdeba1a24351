import CivilTime
import Mail
import ReportDelivery
import SQL
import Storage
import Testing

/// Repairs a ledger after a run whose clock was ahead.
@Suite struct LedgerClockTests {
    /// Returns a fixture after one correct run and one run with the clock years ahead.
    private func fixture() throws -> RunFixture {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-02T18:00")
        try fixture.run("2030-01-01T12:00")
        return fixture
    }

    @Test func reportsContinueAfterTheClockRepair() throws {
        let fixture = try fixture()
        let now = try fixture.at("2026-03-05T18:00")
        #expect(try fixture.run(now).isEmpty)
        let repair = try fixture.ledger.setBack(to: now)
        #expect(repair.dueAgain == 3)
        #expect(repair.forgotten == 1397)
        #expect(try fixture.ledger.latestTime().map { $0 <= now } == true)
        try fixture.run(now)
        #expect(
            try fixture.recorded() == [1, 2, 3, 4, 5].map { "2026-03-0\($0)T17:00:00+01:00" })
        #expect(try fixture.ledger.setBack(to: now).isEmpty)
    }

    @Test func aSeriesStartedInTheFutureCountsFromNow() throws {
        let fixture = try RunFixture()
        try fixture.run("2030-01-01T12:00")
        let now = try fixture.at("2026-03-05T12:00")
        #expect(try fixture.ledger.setBack(to: now).started == 1)
        try fixture.run("2026-03-05T18:00")
        #expect(try fixture.recorded() == ["2026-03-05T17:00:00+01:00"])
    }

    @Test func aSentReportOfAnEndedPeriodIsKept() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-04T18:00")
        // The clock was three days ahead, so this is the second report.
        let repair = try fixture.ledger.setBack(to: fixture.at("2026-03-02T12:00"))
        #expect(repair.forgotten == 3 && repair.dueAgain == 0)
        #expect(try fixture.recorded() == ["2026-03-01T17:00:00+01:00"])
        try fixture.run("2026-03-02T18:00")
        #expect(
            try fixture.recorded() == ["2026-03-01T17:00:00+01:00", "2026-03-02T17:00:00+01:00"])
    }

    @Test func aMailDueYearsFromNowIsTriedNow() throws {
        let fixture = try RunFixture("daily: {emailAddresses: 'a@example.com'}")
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers["a@example.com"] = [.defer]
        try fixture.run("2026-03-01T18:00")
        try fixture.database.execute(
            "UPDATE deliveries SET next_attempt = ?1, first_attempt = ?1",
            [.integer(try fixture.at("2030-01-01T12:00").milliseconds)])
        try fixture.run("2026-03-01T18:05")
        #expect(try fixture.deliveries().map(\.state) == [.accepted])
    }

    @Test func anAttemptByASlowClockDoesNotExpireTheMail() throws {
        let fixture = try RunFixture("daily: {emailAddresses: 'a@example.com'}")
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers["a@example.com"] = [.defer, .defer]
        try fixture.run("2026-03-01T18:00")
        try fixture.database.execute(
            "UPDATE deliveries SET first_attempt = ?1, next_attempt = ?1",
            [.integer(try fixture.at("2000-01-01T12:00").milliseconds)])
        try fixture.run("2026-03-01T19:00")
        #expect(try fixture.deliveries().map(\.state) == [.deferred])
        fixture.transport.answers["a@example.com"] = [.defer]
        try fixture.run("2026-03-02T18:00")
        #expect(try fixture.deliveries().first?.state == .expired)
    }

    @Test func aValidLeaseIsKept() throws {
        let fixture = try RunFixture("daily: {emailAddresses: 'a@example.com'}")
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-01T18:00")
        try fixture.database.execute(
            "UPDATE deliveries SET state = 'sending', owner = 'x', next_attempt = ?1, lease_until = ?1",
            [.integer(try fixture.at("2026-03-01T18:20").milliseconds)])
        let now = try fixture.at("2026-03-01T18:05")
        #expect(try fixture.ledger.setBack(to: now).others == 0)
        try fixture.run(now)
        #expect(try fixture.deliveries().map(\.state) == [.sending])
    }
}
