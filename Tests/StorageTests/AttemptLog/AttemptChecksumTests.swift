import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Rows that something else changed in a way that no count shows.
@Suite struct AttemptChecksumTests {
    private let folder: TemporaryDirectory
    private let database: Database
    private let log: AttemptLog

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
    }

    private func fill(_ seed: UInt64 = 51) throws -> AttemptGenerator {
        var maker = AttemptGenerator(seed: seed)
        for size in [700, 1, 40] {
            let attempts = (0..<size).map { _ in maker.attempt() }
            _ = try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
        }
        let full = Attempt(
            company: "HA", callbackID: "full", number: 2, finishedAt: maker.start, outcome: .failed,
            reason: .http5xx, status: 503, profileID: "p1", channel: "sms", event: "SMS-sent",
            method: "POST", origin: "https://a.example", durationMilliseconds: 1234)
        _ = try log.write { (writer) throws(StorageError) in try writer.record(full) }
        return maker
    }

    private func checksums() throws -> [String] {
        try database.rows(
            "SELECT quarter, checksum FROM attempt_checksums WHERE checksum <> 0 ORDER BY quarter"
        ) { "\($0.integer(0)) \($0.integer(1))" }
    }

    @Test(arguments: ["finished_at", "attempt", "status", "duration", "route", "reason"])
    func everyChangedBitOfAColumnIsFound(column: String) throws {
        _ = try fill()
        for bit in [0, 1, 7, 31, 62] {
            let mask = Int64(1) << bit
            let flip = """
                UPDATE attempts SET \(column) = (\(column) | \(mask)) - (\(column) & \(mask))
                WHERE callback_id = 'full'
                """
            try database.execute(flip)
            #expect((try? log.verify())?.isGood != true, "bit \(bit)")
            try database.execute(flip)
        }
        #expect(try log.verify().isGood)
    }

    @Test func aLostRowOfNoCountIsFound() throws {
        _ = try fill()
        try database.execute(
            """
            DELETE FROM attempts WHERE place = (
                SELECT max(place) FROM attempts WHERE standing = 1)
            """)
        let result = try log.verify()
        #expect(result.damage.contains { $0.contains("checksum mismatch; another program") })
    }

    @Test func aCorrectedRowHasTheChecksumOfItsNewValues() throws {
        let maker = try fill()
        let corrected = Attempt(
            company: "HA", callbackID: "full", number: 2, finishedAt: maker.start,
            outcome: .delivered, status: 200)
        let results = try log.write { (writer) throws(StorageError) in
            try writer.record([corrected])
        }
        #expect(results == [.replaced])
        #expect(try log.verify().isGood)
    }

    /// Recording in any order, correcting and pruning leave what is made of the rows that are left.
    @Test(arguments: [1, 2, 3] as [UInt64]) func theyAreThoseOfTheRowsThatAreLeft(
        seed: UInt64
    ) throws {
        let maker = try fill(seed)
        try log.prune(before: maker.start.advanced(seconds: 200_000))
        let kept = try checksums()
        #expect(try log.verify().isGood)
        try database.transaction { () throws(StorageError) in
            try AttemptChecksums.rebuild(in: database)
        }
        #expect(try checksums() == kept)
        try log.prune(before: maker.start.advanced(seconds: 90 * 86_400))
        #expect(try log.verify().isGood)
    }

    @Test func anOlderFileGetsThem() throws {
        _ = try fill()
        let made = try checksums()
        try database.executeAll(
            "DELETE FROM attempt_checksums; INSERT INTO pending_builds VALUES('checksums', 0)")
        let opened = try AttemptLog(Database(path: folder.path(of: "log.db")))
        #expect(try checksums() == made && !made.isEmpty)
        #expect(try opened.verify().isGood)
    }

    @Test func repairTakesTheRowsAsTheyAre() throws {
        _ = try fill()
        try database.execute("UPDATE attempts SET status = 299 WHERE status IS NOT NULL")
        #expect(try !log.verify().isGood)
        try log.repair()
        #expect(try log.verify().isGood)
    }

    @Test func aPruneLimitThatChangedIsFound() throws {
        let maker = try fill()
        try log.prune(before: maker.start.advanced(seconds: 200_000))
        try database.execute("UPDATE log_limit SET pruned_before = pruned_before + 86400000")
        #expect(try !log.verify().isGood)
    }
}
