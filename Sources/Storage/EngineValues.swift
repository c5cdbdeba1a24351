package import SQLite

// Values of the database engine that callers of the stores may hold. No module above Storage
// imports the engine itself.

/// When a committed transaction reaches the disk.
package typealias CommitDurability = SQLite.Durability

/// The commit that a database is at. Data that was read after a state is valid as long as the state
/// does not change.
package typealias DatabaseState = SQLite.FileState

/// The identity of the files that the path of a database leads to.
package typealias DatabaseIdentity = SQLite.DatabaseFiles
