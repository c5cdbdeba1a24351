import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

@Suite struct VerifyTests {
    let folder: TemporaryDirectory
    let database: Database
    let log: AttemptLog
    let noon = Instant(seconds: 1_790_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
        let noon = noon
        try log.write { (writer) throws(StorageError) in
            for index in 0..<10 {
                let attempt = Attempt(
                    company: "HA", callbackID: "c\(index)",
                    finishedAt: noon.advanced(seconds: Int64(index)), outcome: .delivered)
                _ = try writer.record(attempt)
            }
        }
    }

    @Test func changedCountIsDetected() throws {
        try database.execute("UPDATE counts SET delivered = 9 WHERE level = 0")
        let result = try log.verify()
        #expect(result.differences.map(\.kept) == [Tally(delivered: 9)])
        #expect(result.differences.map(\.recounted) == [Tally(delivered: 10)])
        #expect(result.differences.map(\.isDay) == [false])
    }

    @Test func lostAttemptIsDetected() throws {
        try database.execute("DELETE FROM attempts WHERE callback_id = 'c3'")
        #expect(try log.verify().differences.count == 2)
    }

    @Test func countsWithoutAttemptsAreDetected() throws {
        try database.execute("DELETE FROM attempts")
        #expect(try log.verify().differences.map(\.recounted) == [Tally(), Tally()])
    }

    @Test func missingCountsAreDetected() throws {
        try database.execute("DELETE FROM counts WHERE level = 1")
        #expect(try log.verify().differences.map(\.isDay) == [true])
    }

    @Test func callbackMissingInIndexIsDetected() throws {
        try database.execute("DELETE FROM segment_entries")
        let result = try log.verify()
        #expect(!result.latestAreRight)
        #expect(result.differences.isEmpty)
    }

    @Test(arguments: [0, 1, 9, 11])
    func wrongNumberOfIndexEntriesIsDetected(_ count: Int) throws {
        #expect(try log.verify().isGood)
        try database.execute("UPDATE callback_segments SET count = ?", [Value(count)])
        #expect(try !log.verify().latestAreRight)
    }

    /// The checksums cannot distinguish it from a missing status.
    @Test func leastStatusIsDetected() throws {
        try database.execute(
            "UPDATE attempts SET status = -9223372036854775808 WHERE callback_id = 'c3'")
        #expect(
            try log.verify().damage.map { $0.hasSuffix("status is invalid: \(Int64.min)") } == [
                true
            ])
    }

    @Test(arguments: [
        "delivered_early", "delivered_late", "undelivered_early", "undelivered_late",
    ])
    func impossibleMarkOfAnEndpointIsDetected(column: String) throws {
        for value: Int64 in [-1, 1 << 48] {
            try database.execute("UPDATE endpoint_days SET \(column) = ?", [.integer(value)])
            let damage = try log.verify().damage
            #expect(damage.contains { $0.hasPrefix("endpoint_days, row ") }, "\(damage)")
        }
    }

    @Test func emptyLabelIsDetected() throws {
        try database.execute("INSERT INTO labels(text, is_counted) VALUES('', 0)")
        #expect(try log.verify().damage.map { $0.hasSuffix("its text is empty") } == [true])
    }

    @Test func duplicateCallbackIsDetected() throws {
        try database.execute("UPDATE attempts SET callback_id = 'c1' WHERE callback_id = 'c2'")
        try CallbackIndex(database: database).rebuild()
        #expect(try !log.verify().latestAreRight)
    }

    @Test func twoLatestAttemptsAreDetected() throws {
        try log.write { (writer) throws(StorageError) in
            _ = try writer.record(
                Attempt(
                    company: "HA", callbackID: "c1", number: 2,
                    finishedAt: noon.advanced(seconds: 90), outcome: .failed))
        }
        #expect(try log.verify().isGood)
        try database.execute("UPDATE attempts SET standing = 2 WHERE standing = 1")
        #expect(try !log.verify().latestAreRight)
    }
}
