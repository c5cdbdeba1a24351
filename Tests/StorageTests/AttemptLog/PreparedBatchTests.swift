import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Attempts that are prepared before the transaction that records them.
@Suite struct PreparedBatchTests {
    let log: AttemptLog
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func attempt(
        _ id: String, at second: Int64 = 0, profile: String = "a", status: Int? = nil
    ) -> Attempt {
        Attempt(
            company: "HA", callbackID: id, finishedAt: Instant(seconds: 1_790_035_200 + second),
            outcome: .delivered, status: status, profileID: profile)
    }

    private func prepared(_ attempts: Attempt...) -> PreparedBatch {
        PreparedBatch(attempts, log.knownRoutes)
    }

    private func record(_ groups: [PreparedBatch]) throws(StorageError) -> [RecordResult] {
        try log.write { (writer) throws(StorageError) in
            var groups = groups
            return try writer.record(&groups)
        }
    }

    /// Returns the callback and the profile of each attempt.
    private func attempts() throws -> [String] {
        try log.attempts(AttemptFilter(company: "HA"), limit: 100)
            .map { "\($0.callbackID) \($0.profileID ?? "")" }.sorted()
    }

    // MARK: Groups

    @Test(arguments: [1, 2, 3] as [UInt64])
    func groupsAreRecordedLikeSingleAttempts(seed: UInt64) throws {
        var generator = AttemptGenerator(seed: seed)
        var model = Model()
        for size in [1, 300, 17, 500, 0, 900] {
            let groups = [size, size / 2, 3].map { size in
                let attempts = (0..<size).map { _ in generator.attempt() }
                for attempt in attempts { model.record(attempt) }
                return PreparedBatch(attempts, log.knownRoutes)
            }
            _ = try record(groups)
        }
        for company in ["HA", "HB"] {
            let found = try log.attempts(AttemptFilter(company: company), limit: 10_000)
            #expect(Set(found) == Set(model.attempts.values.filter { $0.company == company }))
            #expect(found.count == Set(found).count)
            let period = generator.period()
            #expect(
                try log.counts(company: company, in: period).tally == model.tally(company, period))
        }
        #expect(try log.verify().isGood)
    }

    @Test func resultsAreInOrderOfArrival() throws {
        #expect(try record([prepared(attempt("c-1"))]) == [.added])
        let groups = [
            prepared(attempt("c-3", at: 1800), attempt("c-1"), attempt("c-2")),
            prepared(attempt("c-2"), attempt("c-4")),
        ]
        #expect(try record(groups) == [.added, .duplicate, .added, .duplicate, .added])
    }

    @Test func callbackInTwoGroupsIsOneCallback() throws {
        _ = try record([prepared(attempt("c-0"))])
        _ = try record([prepared(attempt("c-1")), prepared(attempt("c-1", at: 60))])
        let day = Period(
            start: Instant(seconds: 1_790_035_200), end: Instant(seconds: 1_790_121_600))
        #expect(try log.counts(company: "HA", in: day).tally.delivered == 2)
        #expect(try log.verify().isGood)
    }

    /// A group of 16 after all others is appended. A group among others is not.
    @Test func manyRowsAreStoredInOrderOfTime() throws {
        let day = Int64(86_400)
        func many(_ name: String, at second: Int64) -> PreparedBatch {
            PreparedBatch(
                (0..<41).map { attempt("\(name)-\($0)", at: second) }, log.knownRoutes)
        }
        try log.write { (writer) throws(StorageError) in
            for (name, second) in [("c", 2 * day), ("a", 0), ("d", 2 * day), ("b", day)] {
                var groups = [many(name, at: second), many("\(name)x", at: second)]
                _ = try writer.record(&groups)
            }
        }
        let found = try log.attempts(AttemptFilter(company: "HA"), limit: 1000)
        #expect(found.count == 8 * 41)
        #expect(found.map(\.finishedAt) == found.map(\.finishedAt).sorted(by: >))
        #expect(try log.verify().isGood)
    }

    // MARK: Changes between preparing and recording

    @Test func unknownDimensionsAreCreated() throws {
        let early = prepared(attempt("c-1", profile: "a"), attempt("c-2", profile: "b"))
        _ = try record([prepared(attempt("c-0", profile: "b"))])
        _ = try record([early, prepared(attempt("c-3", profile: "b"))])
        #expect(try attempts() == ["c-0 b", "c-1 a", "c-2 b", "c-3 b"])
        #expect(try log.verify().isGood)
    }

    @Test func dimensionNumbersFollowRestoredBackup() throws {
        _ = try record([prepared(attempt("c-1", profile: "a"))])
        try folder.sqlite3("log.db", ".backup copy.db")
        _ = try record([prepared(attempt("c-2", profile: "b"))])
        let early = prepared(attempt("c-4", profile: "b"))
        try folder.sqlite3("log.db", ".restore copy.db")
        // Another process assigns b's former number to c.
        let other = try AttemptLog(Database(path: folder.path(of: "log.db")))
        _ = try other.write { (writer) throws(StorageError) in
            try writer.record(attempt("c-3", profile: "c"))
        }
        #expect(try record([early]) == [.added])
        #expect(try attempts() == ["c-1 a", "c-3 c", "c-4 b"])
        #expect(try log.verify().isGood)
    }

    // MARK: The limit

    @Test func attemptsBeforeInstantAreRemovedByNumber() throws {
        _ = try record([prepared(attempt("c-0"))])
        var group = prepared(attempt("c-1", at: 60), attempt("c-2", at: 59), attempt("c-3", at: 61))
        #expect(group.earliest == Instant(seconds: 1_790_035_259))
        #expect(group.removeAll(before: Instant(seconds: 1_790_035_260)) == [1])
        #expect(group.earliest == Instant(seconds: 1_790_035_260))
        #expect(try record([group]) == [.added, .added])
        #expect(try attempts() == ["c-0 a", "c-1 a", "c-3 a"])
        #expect(try log.verify().isGood)
    }

    @Test func attemptsBeforePrunedDayAreRejected() throws {
        _ = try record([prepared(attempt("c-0", at: 86_400))])
        try log.prune(before: Instant(seconds: 1_790_121_600))
        let day = Int64(86_400)
        let groups = [
            prepared(attempt("c-1", at: day - 36_000), attempt("c-2", at: day)),
            prepared(attempt("c-3", at: 2 * day), attempt("c-4", at: 0), attempt("c-0", at: 0)),
        ]
        #expect(try record(groups) == [.tooOld, .added, .added, .tooOld, .tooOld])
        #expect(try log.verify().isGood)
    }
}
