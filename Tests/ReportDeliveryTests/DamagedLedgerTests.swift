import CivilTime
import DeliveryLog
import Foundation
import Rendering
import SQL
import Storage
import TestSupport
import Testing

@testable import ReportDelivery

/// A ledger in which one bit of one value is another one: nothing traps.
@Suite struct DamagedLedgerTests {
    /// A ledger with reports that were sent, that wait, that were refused and that were skipped.
    private func fixture() throws -> RunFixture {
        let fixture = try RunFixture(RunFixture.all, top: "retention: '2d',")
        try fixture.run("2026-10-01T00:00")
        try fixture.record("c1", .failed, at: "2026-10-02T12:00")
        try fixture.record("c2", .delivered, at: "2026-10-03T12:00")
        try fixture.run("2026-10-03T23:00")
        try fixture.ledger.beginRun(
            owner: "1", process: "m b n 1 2", at: fixture.at("2026-10-03T23:00"))
        try fixture.ledger.failRun(
            owner: "1",
            UnfinishedRun.Failure(at: fixture.at("2026-10-03T23:01"), status: 74, message: "full"))
        try fixture.ledger.recordRun(finishedAt: fixture.at("2026-10-03T23:02"), status: 0, user: 7)
        fixture.transport.answers["a@example.com"] = [.defer, .reject, .lose]
        try fixture.run("2026-11-05T18:00")
        try fixture.run("2026-11-06T18:00")
        return fixture
    }

    private let tables = [
        "series", "reports", "report_forms", "revisions", "deliveries", "runs", "unfinished_runs",
        "operator_refusal", "attempts", "counts",
    ]

    /// Does all that commands do with a ledger.
    private func use(_ fixture: RunFixture) {
        let ledger = fixture.ledger
        _ = try? fixture.log.verify()
        for entry in (try? ledger.history()) ?? [] {
            for form in ReportForm.allCases {
                _ = try? ledger.form(form, ofReport: entry.id)
            }
            _ = try? ledger.mails(ofReport: entry.id)
        }
        _ = try? ledger.latestTime()
        _ = try? ledger.lastRun()
        _ = try? ledger.lastRunUser()
        _ = try? ledger.unfinishedRuns()
        _ = try? ledger.countedSeries()
        guard let now = try? fixture.at("2026-11-09T12:00") else { return }
        _ = try? ledger.waitingDeliveries(now: now)
        _ = try? ledger.health(of: fixture.configuration, now: now)
        for frequency in Frequency.allCases {
            _ = try? ledger.reportedPeriods("HA", frequency, before: now, since: now)
            _ = try? ledger.skippedPeriods("HA", frequency, before: now)
        }
        _ = try? fixture.run(now)
        _ = try? fixture.run(now.advanced(seconds: 86_400))
        _ = try? ledger.setBack(to: now.advanced(seconds: -864_000))
    }

    /// All in one transaction that is undone, so that each starts from the same file.
    @Test func noFlippedBitTraps() throws {
        let fixture = try fixture()
        let database = fixture.database
        let states = Set(try fixture.deliveries().map(\.state))
        try #require(states.count > 1, "\(states)")
        var random = SeededRandom(seed: 14)
        var changed = 0
        let rounds = ProcessInfo.processInfo.environment["CALLBACK_TEST_FLIPS"].flatMap(Int.init)
        for _ in 0..<(rounds ?? 20) {
            try database.execute("PRAGMA foreign_keys = OFF")
            try database.begin()
            defer { database.rollBack() }
            let flip = try #require(try BitFlip.random(in: database, tables, using: &random))
            if try flip.apply(to: database) { changed += 1 }
            use(fixture)
        }
        #expect(changed > 5)
        #expect(try fixture.log.verify().isGood)
    }
}
