package import SQL
package import StorageErrors

/// The store of every due report and each of its emails.
///
/// The ledger decides what is sent. It does so with conditional updates, so any number of runs can
/// use one database at the same time.
///
/// Guarantees:
/// - Each occurrence of a series is recorded once, as a report or as skipped. The figures, the
///   emails and the claim are committed together.
/// - Only one run at a time has the lease of an email. A run that lost its lease changes nothing.
/// - The bytes of an email never change after the claim. Every attempt sends the same bytes.
/// - An email that the server may have accepted is `uncertain` and is sent again. No email is lost.
///   An email is sent twice only if a run ended after ``announce(_:now:)`` marked it.
///
/// The ledger owns the tables `series`, `reports`, `report_forms`, `deliveries`, `runs` and
/// `operator_refusal`. It never reads the clock: each call gets the current time.
package final class ReportLedger {
    let database: Database

    /// Opens the ledger in a database, and creates or migrates its tables.
    package init(_ database: Database) throws(StorageError) {
        self.database = database
        try database.migrate(Self.schema)
    }

    /// Opens the ledger over the connection of a log.
    package convenience init(in log: AttemptLog) throws(StorageError) {
        try self.init(log.database)
    }

    /// The path of the database, for further connections to it.
    package var path: String { database.path }

    /// Runs `body` in one transaction: all of its changes are committed, or none.
    package func transaction<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.write, body)
    }

    /// Runs `body` in one read transaction, so that it sees one state of the database.
    package func snapshot<Result>(
        _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        try database.transaction(.read, body)
    }
}
