import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

@Suite struct PruneTests {
    let folder: TemporaryDirectory
    let database: Database
    let log: AttemptLog
    let day = Instant(seconds: 1_790_035_200)

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
    }

    private func record(
        _ id: String, _ number: Int, hours: Int64, _ outcome: Outcome = .failed
    ) throws -> RecordResult {
        try log.write { (writer) throws(StorageError) in
            try writer.record(
                Attempt(
                    company: "HA", callbackID: id, number: number,
                    finishedAt: day.advanced(seconds: hours * 3600), outcome: outcome))
        }
    }

    @Test func pruningDeletesWholeCallbacksAndKeepsCounts() throws {
        #expect(day.rounded(downTo: 86_400_000) == day)
        _ = try record("old", 1, hours: -30)
        _ = try record("old", 2, hours: -26)
        _ = try record("kept", 1, hours: -25)
        _ = try record("kept", 2, hours: 1)
        let all = Period(
            start: day.advanced(seconds: -864_000), end: day.advanced(seconds: 864_000))
        let before = try log.tally(company: "HA", in: all)
        #expect(try log.prune(before: day.advanced(seconds: 4000)).attempts == 2)
        #expect(try log.tally(company: "HA", in: all) == before)
        #expect(
            try database.rows("SELECT callback_id FROM attempts", [], { $0.text(0) })
                == ["kept", "kept"])
        #expect(try log.verify().isGood)
    }

    @Test func olderAttemptAfterLimitIsDeletedToo() throws {
        _ = try record("late", 2, hours: -30)
        _ = try record("late", 1, hours: 3)
        _ = try record("kept", 1, hours: 3)
        #expect(try log.prune(before: day).attempts == 2)
        #expect(try log.verify().latestAreRight)
        #expect(try record("late", 1, hours: 3) == .added)
    }

    @Test func callbackFinishedAtLimitIsKept() throws {
        _ = try record("at", 1, hours: 0)
        #expect(try log.prune(before: day).attempts == 0)
        #expect(try record("at", 1, hours: 0) == .duplicate)
    }

    @Test func recordsBeforeLimitAreRejected() throws {
        _ = try record("old", 1, hours: -30)
        try log.prune(before: day)
        #expect(try record("old", 1, hours: -30) == .tooOld)
        #expect(try record("new", 1, hours: 0) == .added)
        #expect(try log.prunedBefore() == day)
    }

    @Test func unfinishedCallbackIsKeptAndCountsOnce() throws {
        _ = try record("one", 1, hours: -30, .retrying)
        _ = try record("two", 1, hours: -29, .failed)
        _ = try record("two", 2, hours: -28, .retrying)
        _ = try record("gone", 1, hours: -28, .failed)
        #expect(try log.prune(before: day) == Pruned(attempts: 1, kept: 2))
        #expect(try log.verify().isGood)
        // Their index entries also survive merges.
        for number in 0..<20 { _ = try record("new \(number)", 1, hours: 1) }
        #expect(try log.prune(before: day) == Pruned(attempts: 0, kept: 2))
        #expect(try record("one", 2, hours: 2, .delivered) == .added)
        #expect(try record("two", 3, hours: 2, .failed) == .added)
        let all = Period(
            start: day.advanced(seconds: -864_000), end: day.advanced(seconds: 864_000))
        #expect(
            try log.tally(company: "HA", in: all)
                == Tally(delivered: 1, failed: 22))
        #expect(try log.verify().isGood)
    }

    @Test func limitNeverFalls() throws {
        try log.prune(before: day)
        try log.prune(before: day.advanced(seconds: -864_000))
        #expect(try log.prunedBefore() == day)
    }
}
