package import SQLite

/// The record of every report that was due, and of every mail of it.
///
/// All that decides whether something is sent is decided here, by conditional updates: any
/// number of runs may work on one file at once.
package final class Ledger {
    let database: Database

    /// Opens the ledger in a database, with its tables brought up to date.
    package init(_ database: Database) throws(DatabaseError) {
        self.database = database
        try database.migrate(Self.schema)
    }
}
