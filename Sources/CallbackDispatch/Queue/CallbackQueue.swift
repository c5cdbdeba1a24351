package import SQLite

/// Every callback that was accepted, and how it stands with it; sole owner of its tables.
///
/// A callback waits, is in flight under a lease, and ends as delivered or failed. It is in
/// exactly one of these states at every moment, by one row, so nothing is lost and nothing
/// counted twice; any number of processes may take from one file.
package final class CallbackQueue {
    let database: Database

    /// Opens the queue in a database, with its tables brought up to date.
    package init(_ database: Database) throws(DatabaseError) {
        self.database = database
        try database.migrate(Self.schema)
    }
}
