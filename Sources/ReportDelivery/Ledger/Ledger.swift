package import SQLite
package import StorageErrors

/// The record of every due report and each of its emails.
///
/// The ledger makes all decisions about what is sent. It makes them with conditional updates, so
/// any number of runs can use the same file concurrently.
package final class Ledger {
    let database: Database

    /// Opens the ledger in a database and updates its tables to the current schema.
    package init(_ database: Database) throws(StorageError) {
        self.database = database
        try database.migrate(Self.schema)
    }
}
