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
        #expect(try record("new", hours: 30) == .refused)
        let limit = hours(5.25)
        #expect(try log.lowerPruneLimit(to: hours(31))?.limit == limit)
        #expect(try log.prunedBefore() == limit)
        // Records that may have been counted are still rejected. Others are accepted.
        #expect(try record("dropped-2", hours: 5.1) == .refused)
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
        #expect(again == .known)
    }
}
