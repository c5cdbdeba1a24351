import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

/// The backup command of the README, on a log that is in use.
@Suite struct BackupTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test func backupDuringWriteIsConsistent() throws {
        let database = try Database(path: folder.path(of: "callbacks.db"))
        let log = try AttemptLog(database)
        let time = Instant(seconds: 1_790_000_000)
        func record(_ range: Range<Int>) throws {
            try log.write { (writer) throws(StorageError) in
                for index in range {
                    _ = try writer.record(
                        Attempt(
                            company: "HA", callbackID: "c\(index)",
                            finishedAt: time.advanced(seconds: Int64(index)), outcome: .delivered))
                }
            }
        }
        try record(0..<1000)
        try database.begin()
        try record(1000..<1500)
        try folder.sqlite3("callbacks.db", ".backup copy.db")
        try database.commit()

        let copy = try AttemptLog(Database(path: folder.path(of: "copy.db")))
        let result = try copy.verify()
        #expect(result.isGood)
        #expect(result.callbacks == 1000)
    }
}
