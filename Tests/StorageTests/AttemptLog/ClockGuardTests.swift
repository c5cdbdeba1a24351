import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The recorded clocks of earlier runs, and the repair of a wrong prune limit.
@Suite struct ClockGuardTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let start = Instant(seconds: 1_790_035_200)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func hours(_ hours: Double) -> Instant {
        start.advanced(milliseconds: Int64(hours * 3_600_000))
    }

    private func decide(_ hours: Double, lastRun: Instant? = nil) throws -> ClockVerdict {
        let reading = ClockReading(now: self.hours(hours), isSynchronized: false, catchUp: 7)
        return try ClockGuard(log).decide(reading, lastRun: lastRun)
    }

    private func record(_ id: String, hours: Double) throws -> RecordResult {
        try log.write { (writer) throws(StorageError) in
            try writer.record(attempt(id, hours: hours))
        }
    }

    private func attempt(_ id: String, hours: Double) -> Attempt {
        Attempt(company: "HA", callbackID: id, finishedAt: self.hours(hours), outcome: .failed)
    }

    @Test func clockYearsAheadConfirmsNothingForNextRun() throws {
        #expect(try decide(0) == .confirmed)
        #expect(try decide(70_000) == .held(known: hours(0)))
        #expect(try decide(70_000.1) == .held(known: hours(0)))
        #expect(
            try ClockGuard(log).heldRuns() == HeldRuns(first: hours(70_000), last: hours(70_000.1)))
        #expect(try decide(0.5) == .confirmed)
        #expect(try ClockGuard(log).heldRuns() == nil)
        // The hour starts again.
        #expect(try decide(70_001) == .held(known: hours(0.5)))
        #expect(try decide(70_001.9) == .held(known: hours(0.5)))
        #expect(try decide(70_002) == .confirmed)
        #expect(try decide(70_003) == .confirmed)
    }

    @Test func recordsConfirmWeekendWithoutRuns() throws {
        _ = try record("c-1", hours: -1)
        #expect(try decide(0) == .confirmed)
        #expect(try decide(60) == .held(known: hours(0)))
        _ = try record("c-2", hours: 59)
        #expect(try decide(60) == .confirmed)
    }

    private func reading(_ hours: Double, isPruning: Bool = false) -> ClockReading {
        ClockReading(
            now: self.hours(hours), isSynchronized: false, isPruning: isPruning, catchUp: 7)
    }

    /// Records attempts as an import does.
    private func importAttempts(at clock: Double, _ times: Double...) throws -> AheadAttempts {
        let attempts = times.map { attempt("at-\($0)", hours: $0) }
        return try log.write(clock: hours(clock)) { (writer) throws(StorageError) in
            _ = try writer.record(attempts)
            return writer.ahead
        }
    }

    @Test func attemptsMoreThanADayAheadAreCounted() throws {
        let ahead = try importAttempts(at: 0, -1, 24.1, 25, 26, 25.5)
        #expect(ahead.count == 3)
        #expect(ahead.latest?.callbackID == "at-26.0" && ahead.latest?.finishedAt == hours(26))
        #expect(try importAttempts(at: 0, 26, 25).count == 0, "repeated")
        #expect(try importAttempts(at: 2, 26.1).count == 0)
        #expect(try log.attemptsInFuture(of: hours(0))?.count == 4)
        #expect(try log.hasRecordedAhead(since: hours(-0.5)))
        #expect(try !log.hasRecordedAhead(since: hours(0)))
    }

    @Test func recordThatWasAheadConfirmsNoClock() throws {
        #expect(try decide(0) == .confirmed)
        _ = try importAttempts(at: 0, 59)
        #expect(try decide(60) == .held(known: hours(0)))
        _ = try importAttempts(at: 59.6, 59.5)
        #expect(try decide(60) == .confirmed)
    }

    @Test func firstRunComparesItsClockWithTheImport() throws {
        try ClockGuard(log).note(reading(0))
        // Nothing confirms this one.
        try ClockGuard(log).note(reading(70_000))
        #expect(try decide(70_000.5) == .held(known: hours(0)))
        try ClockGuard(log).note(reading(20))
        #expect(try decide(40) == .confirmed)
    }

    @Test func importThatReachesUpToTheClockConfirmsIt() throws {
        try ClockGuard(log).note(reading(0))
        for day in stride(from: 20.0, through: 720, by: 20) {
            _ = try record("c-\(day)", hours: day)
        }
        try ClockGuard(log).note(reading(721))
        #expect(try decide(722) == .confirmed)
    }

    @Test func firstRunPrunesOnlyByAClockThatRecordsConfirm() throws {
        let clock = ClockGuard(log)
        #expect(try clock.mayPrune(reading(70_000)), "there is nothing to delete")
        _ = try record("c-1", hours: 0)
        #expect(try decide(70_000) == .confirmed)
        for time in [70_000, 70_000.9] { #expect(try !clock.mayPrune(reading(time))) }
        #expect(try clock.mayPrune(reading(70_001)))
        // A record that was ahead of the clock does not support it either.
        _ = try importAttempts(at: 0, 70_000)
        #expect(try !clock.mayPrune(reading(70_000)))
        _ = try record("c-2", hours: 69_990)
        #expect(try clock.mayPrune(reading(70_000)))
    }

    /// The clock of the first run was ahead. A later run sets it back.
    @Test func hourOfTheFirstRunStartsAgainWhenTheClockGoesBack() throws {
        let clock = ClockGuard(log)
        _ = try record("c-1", hours: -1000)
        #expect(try decide(70_000) == .confirmed)
        #expect(try decide(0) == .confirmed)
        #expect(try !clock.mayPrune(reading(0.5)))
        #expect(try clock.mayPrune(reading(1)))
    }

    @Test func commandThatOnlyPrunesNeedsAConfirmedClockAtOnce() throws {
        let clock = ClockGuard(log)
        _ = try record("c-1", hours: 0)
        #expect(try clock.decide(reading(70_000, isPruning: true)) == .held(known: hours(0)))
        #expect(try clock.decide(reading(70_000.5, isPruning: true)) == .held(known: hours(0)))
        #expect(try clock.decide(reading(70_001, isPruning: true)) == .confirmed)
    }

    @Test func commandThatOnlyPrunesTrustsAnImportAndRecentRecords() throws {
        _ = try record("c-1", hours: 0)
        #expect(try ClockGuard(log).decide(reading(100, isPruning: true)) == .confirmed)
    }

    @Test func runOfOtherModuleCountsIfFileHasNone() throws {
        #expect(try decide(60, lastRun: hours(0)) == .held(known: hours(0)))
    }

    @Test func checkRecordsNothing() throws {
        let guardian = ClockGuard(log)
        let reading = ClockReading(now: hours(1000), isSynchronized: false, catchUp: 7)
        #expect(try guardian.check(reading, lastRun: hours(0)) == .held(known: hours(0)))
        #expect(try guardian.heldRuns() == nil && guardian.confirmedAt() == nil)
        #expect(
            try log.database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'clock'")
                == 0)
    }

    @Test func futureLimitIsLoweredToLastDeletedAttempt() throws {
        _ = try record("dropped-1", hours: -50)
        _ = try record("dropped-2", hours: 5.1)
        try log.prune(before: hours(70_000))
        #expect(try record("new", hours: 30) == .tooOld)
        let limit = hours(5.25)
        #expect(try log.lowerPruneLimit(to: hours(31))?.limit == limit)
        #expect(try log.prunedBefore() == limit)
        // Records that may have been counted are still rejected. Others are accepted.
        #expect(try record("dropped-2", hours: 5.1) == .tooOld)
        #expect(try record("new", hours: 30) == .added)
        #expect(try record("same-day", hours: 6) == .added)
        let verification = try log.verify()
        #expect(verification.isGood, "\(verification)")
        #expect(try log.lowerPruneLimit(to: hours(31)) == nil)
    }

    @Test func futureLimitIsRemovedIfNothingWasDeleted() throws {
        _ = try record("kept", hours: 80_000)
        try log.prune(before: hours(70_000))
        let repair = try #require(try log.lowerPruneLimit(to: hours(31)))
        #expect(repair.limit == nil)
        #expect(try log.prunedBefore() == nil)
        #expect(try record("new", hours: -9000) == .added)
    }

    @Test func attemptThatEndedNowIsRecordedDespiteLimit() throws {
        try log.prune(before: hours(70_000))
        let recorded = try log.write(at: hours(1)) { (writer) throws(StorageError) in
            try writer.record(attempt("now", hours: 1))
        }
        #expect(recorded == .added)
        // The index contains the attempt, so it is recognized as a duplicate.
        let again = try log.write(at: hours(1)) { (writer) throws(StorageError) in
            try writer.record(attempt("now", hours: 1))
        }
        #expect(again == .duplicate)
    }
}
