import CommandLine
import Commands
import ReportDelivery
import Settings
import Storage
import StorageErrors

/// The database, with the log and the ledger that own its tables.
struct Store {
    let log: AttemptLog
    let ledger: ReportLedger

    init(_ configuration: Configuration) throws(StorageError) {
        log = try AttemptLog(path: configuration.database)
        ledger = try ReportLedger(in: log)
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
