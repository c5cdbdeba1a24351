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

    /// Opens the store for a command that writes. If it creates the database, it says so, because the
    /// user may expect an existing one.
    init(creating configuration: Configuration, _ console: Console) throws(StorageError) {
        try self.init(configuration)
        if let notice = log.creationNotice { console.say(notice) }
        log.rememberCreation()
    }

    /// Opens the store for a command that only reads. It does not create a missing database.
    ///
    /// - Throws: ``CommandFailure`` with exit status 66 and the expected path if there is no
    ///   database.
    init(existing configuration: Configuration) throws {
        if let absence = AttemptLog.absence(at: configuration.database) {
            throw CommandFailure(
                .noInput,
                absence.message(
                    at: configuration.database, configuredIn: configuration.file))
        }
        try self.init(configuration)
    }

    /// Opens the store for a command that also works before the first run. Nil without a database.
    ///
    /// - Throws: ``StorageError`` if the database was created earlier but is missing or empty now.
    init?(ifPresent configuration: Configuration) throws {
        switch AttemptLog.absence(at: configuration.database) {
        case .missing, .empty: return nil
        case .lost(let error): throw error
        case nil: try self.init(configuration)
        }
    }
}
