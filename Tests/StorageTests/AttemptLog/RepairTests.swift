import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The derived data, rebuilt from the attempts.
@Suite struct RepairTests {
    private let folder: TemporaryDirectory
    private let database: Database
    private let log: AttemptLog
    private var generator = AttemptGenerator(seed: 41)

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
        let attempts = (0..<1500).map { _ in generator.attempt() }
        try log.write { (writer) throws(StorageError) in _ = try writer.record(attempts) }
    }

    private func state() throws -> [String] {
        try database.rows("SELECT company, level, start, hex(cells), delivered FROM counts") {
            "\($0.int(0)) \($0.int(1)) \($0.int(2)) \($0.text(3)) \($0.int(4))"
        } + database.rows("SELECT place, standing FROM attempts") { "\($0.int(0)) \($0.int(1))" }
    }

    @Test(arguments: [
        "SELECT 1", "DELETE FROM counts", "UPDATE counts SET cells = x'ff'",
        "UPDATE counts SET delivered = delivered + 3", "DELETE FROM segment_entries",
        "DELETE FROM segment_filters", "DELETE FROM callback_segments",
        "UPDATE attempts SET standing = 0", "UPDATE attempts SET standing = 2 - standing",
        "DELETE FROM endpoint_days",
    ])
    func derivedDataIsRebuilt(damage: String) throws {
        let before = try state()
        try database.execute(damage)
        // Undecodable counts are an error, other damage is a difference.
        let isGood = (try? log.verify())?.isGood ?? false
        #expect(isGood == (damage == "SELECT 1"))
        try log.repair()
        #expect(try state() == before)
        #expect(try log.verify().isGood)
    }

    @Test func countsBeforePruningLimitAreKept() throws {
        let limit = generator.start.advanced(seconds: 200_000)
        try log.prune(before: limit)
        let before = try state()
        try database.execute(
            "UPDATE counts SET delivered = 77 WHERE start >= ?",
            [
                .integer(try #require(try log.prunedBefore()).milliseconds)
            ])
        try log.repair()
        #expect(try state() == before)
        #expect(try log.verify().isGood)
    }

    @Test func damagedAttemptLeavesEverythingUnchanged() throws {
        try database.execute(
            "UPDATE attempts SET outcome = 9 WHERE place = (SELECT max(place) FROM attempts)")
        let before = try state()
        #expect(throws: StorageError.self) { try log.repair() }
        #expect(try state() == before)
    }
}
