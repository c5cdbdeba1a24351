package import Encryption
package import SQLite

/// Profiles and their versions, API keys and WhatsApp numbers; sole owner of their tables.
///
/// Settings lie in the file encrypted as a whole, so that no secret of theirs can be forgotten.
package final class ProfileStore {
    let database: Database
    let box: SecretBox

    /// Opens the store in a database, with its tables brought up to date.
    ///
    /// - Parameter box: opens what this file's secrets were closed with.
    package init(_ database: Database, box: SecretBox) throws(DatabaseError) {
        self.database = database
        self.box = box
        try database.migrate(Self.schema)
    }
}
