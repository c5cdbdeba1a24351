import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

/// Records of one attempt with different contents.
@Suite struct PrecedenceTests {
    let folder: TemporaryDirectory
    let log: AttemptLog
    let time = Instant(seconds: 1_790_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func record(_ attempt: Attempt) throws -> RecordResult {
        try log.write { (writer) throws(StorageError) in try writer.record(attempt) }
    }

    private func attempt(_ id: String, _ outcome: Outcome, profile: String? = nil) -> Attempt {
        Attempt(
            company: "HA", callbackID: id, finishedAt: time, outcome: outcome, profileID: profile)
    }

    @Test func deliveredTakesPrecedenceInEitherOrder() throws {
        #expect(try record(attempt("a", .failed)) == .added)
        #expect(try record(attempt("a", .delivered)) == .replaced)
        #expect(try record(attempt("a", .retrying)) == .duplicate)
        #expect(try record(attempt("b", .delivered)) == .added)
        #expect(try record(attempt("b", .failed)) == .duplicate)
        let all = Period(start: time, end: time.advanced(seconds: 1))
        #expect(try log.tally(company: "HA", in: all) == Tally(delivered: 2))
    }

    @Test func otherFieldsDecideBetweenEqualOutcomes() throws {
        for (first, second) in [("p1", "p2"), ("p2", "p1")] {
            _ = try record(attempt(first, .delivered, profile: first))
            _ = try record(attempt(first, .delivered, profile: second))
        }
        let all = Period(start: time, end: time.advanced(seconds: 1))
        let lines = try log.counts(company: "HA", in: all).lines
        #expect(lines.map(\.endpoint.profileID) == ["p2"])
        #expect(lines.map(\.count) == [2])
    }

    @Test func duplicateRecordChangesNothing() throws {
        _ = try record(attempt("a", .failed, profile: "p"))
        #expect(try record(attempt("a", .failed, profile: "p")) == .duplicate)
    }

    @Test func failedThenDeliveredNextDayCountsOnNextDay() throws {
        let nextDay = time.advanced(seconds: 86_400)
        _ = try record(attempt("a", .failed))
        _ = try record(
            Attempt(
                company: "HA", callbackID: "a", number: 1, finishedAt: nextDay, outcome: .delivered)
        )
        let first = Period(start: time, end: nextDay)
        let second = Period(start: nextDay, end: nextDay.advanced(seconds: 86_400))
        #expect(try log.tally(company: "HA", in: first) == Tally())
        #expect(try log.tally(company: "HA", in: second) == Tally(delivered: 1))
    }

    @Test func lowerNumberNeverSupersedesHigherOne() throws {
        _ = try record(
            Attempt(company: "HA", callbackID: "a", number: 2, finishedAt: time, outcome: .failed))
        let later = time.advanced(seconds: 60)
        _ = try record(
            Attempt(
                company: "HA", callbackID: "a", number: 1, finishedAt: later, outcome: .delivered))
        let all = Period(start: time, end: time.advanced(seconds: 3600))
        #expect(try log.tally(company: "HA", in: all) == Tally(failed: 1))
    }
}
