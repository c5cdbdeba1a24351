import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Attempts at several endpoints under one ID, of which the log counts only the latest.
@Suite struct SharedCallbackTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let start = Instant(seconds: 1_790_035_200)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func attempt(
        _ second: Int64, _ profile: String?, _ outcome: Outcome = .failed, id: String = "evt",
        number: Int = 1, origin: String? = nil
    ) -> Attempt {
        Attempt(
            company: "HA", callbackID: id, number: number,
            finishedAt: start.advanced(seconds: second), outcome: outcome, profileID: profile,
            origin: origin)
    }

    /// Records attempts in one transaction, and returns how many hidden ones it found.
    private func record(_ attempts: Attempt...) throws -> Int {
        try log.write { (writer) throws(StorageError) in
            _ = try writer.record(attempts)
            return writer.hidden.count
        }
    }

    private func all() throws -> SharedCallbacks {
        try log.sharedCallbacks(
            company: "HA", in: Period(start: start, end: start.advanced(seconds: 86_400)))
    }

    @Test func laterAttemptAtOtherEndpointHidesEarlierOne() throws {
        #expect(try record(attempt(1, "A"), attempt(2, "B", .delivered)) == 1)
        let endpoints: [Endpoint] = [.profile("A"), .profile("B")]
        let example = SharedCallbacks.Example(
            company: "HA", callbackID: "evt", endpoints: endpoints)
        #expect(try all() == SharedCallbacks(hidden: 1, example: example))
        #expect(try log.sharedCallbacks() == all())
    }

    @Test func hiddenAttemptsAreReported() throws {
        let hidden = try log.write { (writer) throws(StorageError) in
            _ = try writer.record([attempt(1, "A"), attempt(2, "B"), attempt(3, "C")])
            return writer.hidden
        }
        #expect(try log.sharedCallbacks(hidden).hidden == 2)
        // The first hidden attempt of the transaction. Of the three endpoints, the log stores two.
        let endpoints: [Endpoint] = [.profile("A"), .profile("B")]
        #expect(try log.sharedCallbacks(hidden).example?.endpoints == endpoints)
        #expect(try log.sharedCallbacks(UncountedAttempts()) == SharedCallbacks())
    }

    /// In logs with a precision of seconds, both attempts can have the same time, and one is lost.
    @Test func recordsOfOneAttemptAtTwoEndpointsAreFound() throws {
        #expect(try record(attempt(1, "A"), attempt(1, "B", .delivered)) == 1)
        #expect(try record(attempt(1, "A"), attempt(1, "B", .delivered)) == 0)
        #expect(try all().hidden == 1)
    }

    @Test func endpointsWithoutProfileAreDistinguishedByOrigin() throws {
        let (a, b) = ("https://a.example", "https://b.example")
        #expect(try record(attempt(1, nil, origin: a), attempt(2, nil, origin: b)) == 1)
        #expect(try all().example?.endpoints == [.origin(a), .origin(b)])
    }

    @Test(
        arguments: [
            // A retry at the same endpoint, which may have moved.
            ("A", "A", .failed), ("A", "A", .delivered),
            // An attempt that has not ended does not belong to a different endpoint.
            ("A", "B", .retrying),
            // If one record has no profile, the endpoint may be the same.
            ("A", nil, .delivered), (nil, nil, .delivered),
        ] as [(String?, String?, Outcome)])
    func otherAttemptsAreNotHidden(one: String?, other: String?, outcome: Outcome) throws {
        let first = attempt(1, one, origin: "https://a.example")
        let second = attempt(2, other, outcome, origin: one == nil ? nil : "https://b.example")
        #expect(try record(first, second) == 0)
        #expect(try record(attempt(3, "A", id: "x"), attempt(4, "B", id: "y")) == 0)
        #expect(try all() == SharedCallbacks())
    }

    @Test func repeatedImportFindsNothingNew() throws {
        let attempts = [attempt(1, "A"), attempt(2, "B"), attempt(1, "A", id: "x")]
        for (round, expected) in [1, 0, 0].enumerated() {
            let found = try log.write { (writer) throws(StorageError) in
                for attempt in attempts { _ = try writer.record(attempt) }
                return writer.hidden.count
            }
            #expect(found == expected, "round \(round)")
        }
        #expect(try all().hidden == 1)
    }

    @Test func onlyAttemptsOfThePeriodCount() throws {
        _ = try record(attempt(1, "A"), attempt(100, "B"), attempt(200, "A"))
        let period = { (from: Int64, to: Int64) in
            Period(start: start.advanced(seconds: from), end: start.advanced(seconds: to))
        }
        #expect(try log.sharedCallbacks(company: "HA", in: period(0, 100)).hidden == 1)
        #expect(try log.sharedCallbacks(company: "HA", in: period(0, 101)).hidden == 2)
        #expect(try log.sharedCallbacks(company: "HA", in: period(101, 900)).hidden == 0)
        #expect(try log.sharedCallbacks(company: "HB", in: period(0, 900)).hidden == 0)
    }

    @Test func pruningDeletesHiddenAttempts() throws {
        _ = try record(attempt(1, "A"), attempt(2, "B"), attempt(86_400, "A", id: "x"))
        _ = try record(attempt(86_401, "B", id: "x"))
        #expect(try log.sharedCallbacks().hidden == 2)
        try log.prune(before: start.advanced(seconds: 86_400))
        #expect(try log.sharedCallbacks().hidden == 1)
        #expect(try log.sharedCallbacks().example?.callbackID == "x")
    }

    /// For any order and grouping of the records, and also in a log of version 1.0.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func resultIsIndependentOfArrivalOrder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let seconds = (0..<5000).shuffled(using: &random).prefix(200)
        let attempts = seconds.map { second in
            attempt(
                Int64(second),
                ["A", "B", "C", nil].randomElement(using: &random) ?? nil,
                [.delivered, .failed, .retrying].randomElement(using: &random) ?? .failed,
                id: "e\(Int.random(in: 0..<40, using: &random))",
                number: .random(in: 1...2, using: &random),
                origin: ["https://a.example", "https://b.example"].randomElement(using: &random))
        }
        for attempt in attempts { _ = try record(attempt) }
        let found = try rows(log, "finished_at || ' ' || callback_id")
        #expect(found.count > 20)
        let other = try AttemptLog(Database(path: folder.path(of: "other.db")))
        _ = try other.write { (writer) throws(StorageError) in
            try writer.record(attempts.shuffled(using: &random))
        }
        #expect(try rows(other, "finished_at || ' ' || callback_id") == found)
        // The migration of a log of version 1.0 finds those of which both attempts still exist.
        let whole = "finished_at || ' ' || callback_id || ' ' || endpoint || ' ' || other"
        let kept = try rows(other, whole)
        let step = try #require(
            AttemptLog.schema.steps.first { $0.contains("TABLE shared_callbacks") })
        try other.database.executeAll("DROP TABLE shared_callbacks; " + step)
        #expect(try rows(other, whole) == kept)
    }

    private func rows(_ log: AttemptLog, _ columns: String) throws -> [String] {
        try log.database.rows("SELECT \(columns) FROM shared_callbacks ORDER BY 1", []) {
            $0.text(0)
        }
    }
}
