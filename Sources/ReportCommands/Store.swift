import Commands
import ReportDelivery
import SQLite
import Settings
import Storage
import StorageErrors

/// The database, with the log and the ledger that own its tables.
struct Store {
    let database: Database
    let log: AttemptLog
    let ledger: Ledger

    init(_ configuration: Configuration) throws(StorageError) {
        database = try Database(path: configuration.database)
        log = try AttemptLog(database)
        ledger = try Ledger(database)
    }

    /// Opens the store for a command that only reads. It does not create a missing database.
    ///
    /// - Throws: ``CommandFailure`` with exit status 66 and the expected path if there is no
    ///   database.
    init(existing configuration: Configuration) throws {
        guard !FileCheck.isMissing(configuration.database) else {
            throw CommandFailure(
                .noInput,
                "no database at \(configuration.database); the first run or import creates it. "
                    + "Check 'database' in \(configuration.file)")
        }
        try self.init(configuration)
    }
}
