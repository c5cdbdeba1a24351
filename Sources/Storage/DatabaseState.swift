package import SQLite

/// The commit that a database is at.
///
/// Data that was read after a state is valid as long as the state does not change.
package typealias DatabaseState = SQLite.FileState
