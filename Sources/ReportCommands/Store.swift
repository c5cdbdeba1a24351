import Commands
import ReportDelivery
import SQLite
import Settings
import Storage

/// The one file, and the two who own tables in it.
struct Store {
    let database: Database
    let log: AttemptLog
    let ledger: Ledger

    init(_ configuration: Configuration) throws(DatabaseError) {
        database = try Database(path: configuration.database)
        log = try AttemptLog(database)
        ledger = try Ledger(database)
    }

    /// The store of a command that only looks at it: one that is not there is not made for that.
    ///
    /// - Throws: ``CommandFailure`` with 66 and where it was looked for, when there is none.
    init(existing configuration: Configuration) throws {
        guard !FileCheck.isMissing(configuration.database) else {
            throw CommandFailure(
                .noInput,
                "there is no database at \(configuration.database) yet; the first run or import "
                    + "makes it, or else correct 'database' in \(configuration.file)")
        }
        try self.init(configuration)
    }
}
