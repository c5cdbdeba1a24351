import SQL
package import StorageErrors

/// The store of profiles with sealed settings, of API keys and of WhatsApp numbers. Only this type
/// accesses their tables.
///
/// It neither encrypts nor decrypts: the settings of a version are bytes that its caller has
/// sealed, and an API key is the digest of the key. The columns for searching, such as the title,
/// are not encrypted.
///
/// Guarantees:
/// - Every change of a profile's settings creates a version, in the same transaction as the change.
/// - An update is refused if its version is no longer current.
/// - A row with an invalid number or without settings can still be read and affects no other row.
/// - The titles and the times of disabling in the delivery log change together with the profile's.
///
/// The store uses the connection of its log, on the same thread.
package final class SealedProfileStore {
    let log: AttemptLog
    /// A prepared statement, because it runs for each callback.
    let find: Statement

    var database: Database { log.database }

    /// Opens the store in the log's database, and creates or migrates its tables.
    package init(in log: AttemptLog) throws(StorageError) {
        // The first store of a program is opened before any thread of low priority.
        _ = TransactionThread.shared
        self.log = log
        try log.database.migrate(Self.schema)
        find = try log.database.prepare(Self.find)
    }

    /// Whether a transaction is open, which may still be rolled back. Do not cache what it reads.
    package var isInTransaction: Bool { !database.isIdle }

    // MARK: Key check

    /// Returns the known text that was sealed with the key of the database, or `nil` if there is
    /// none, because the database has no secrets yet.
    package func keyCheck() throws(StorageError) -> [UInt8]? {
        try database.row("SELECT closed FROM secret_check") { $0.blob(0) }
    }

    /// Stores a sealed text, unless there is one.
    ///
    /// - Parameter seal: Returns the text. Called within the transaction, so that no two processes
    ///   create a key.
    /// - Returns: The text that is already stored, or `nil` if the new one was stored.
    package func keyCheck(orStore seal: () throws -> [UInt8]) throws -> [UInt8]? {
        try database.begin()
        defer { database.rollBack() }
        if let check = try keyCheck() { return check }
        try database.execute(
            "INSERT INTO secret_check(id, closed) VALUES(1, ?)", [.blob(try seal())])
        try database.commit()
        return nil
    }

    /// Returns whether `body` returns true for the current version of one of the most recent
    /// profiles.
    package func anyRecent(
        _ body: (_ id: String, _ version: Int, _ settings: [UInt8]) -> Bool
    ) throws(StorageError) -> Bool {
        let statement = try database.prepare(
            """
            SELECT p.id, v.number, v.settings FROM callback_profiles p
            JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
            ORDER BY p.number DESC LIMIT 100
            """)
        while try statement.step() {
            if body(statement.text(0), statement.int(1), statement.blob(2)) { return true }
        }
        return false
    }
}
