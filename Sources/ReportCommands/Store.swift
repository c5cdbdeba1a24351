import DeliveryLog
import ReportRuns
import SQLite
import Settings

/// The one file, and the two who own tables in it.
struct Store {
    let database: Database
    let log: DeliveryLog
    let ledger: Ledger

    init(_ configuration: Configuration) throws(DatabaseError) {
        database = try Database(path: configuration.database)
        log = try DeliveryLog(database)
        ledger = try Ledger(database)
    }
}
