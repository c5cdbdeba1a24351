import DeliveryLog
package import Encryption
import SQLite
package import Storage
package import StorageErrors

/// Stores profiles with their versions, API keys, and WhatsApp numbers. Only this type accesses
/// their tables.
///
/// The settings of a version are encrypted as a whole, so that no secret can be left in plain text
/// by mistake.
///
/// - Every change of a profile creates a version. Callbacks use the current version when they are
///   sent.
/// - Updates are optimistic: an update of a version that is no longer current fails and is retried.
/// - A damaged version affects only its own profile, which reads report as ``DamagedProfile``.
package final class ProfileStore {
    let log: AttemptLog
    let box: SecretBox
    var opened = OpenedVersions()
    /// The renewals of ``find`` for which the cached versions and responses are valid.
    var renewals: Int32 = 0
    var openedKeys = OpenedKeys()
    var shown = ShownProfiles()
    /// A prepared statement, because it runs for each callback.
    let find: Statement

    var database: Database { log.database }

    /// Opens the store in the log's database, and creates or migrates its tables.
    ///
    /// - Parameters:
    ///   - log: The delivery log.
    ///   - keyFile: The file with the encryption key. Created together with a new database.
    ///   - makesKey: Whether to create a missing key. Pass false for read-only use. If there are no
    ///     secrets yet, a temporary key is used.
    /// - Throws: `StorageError`, or `SecretKeyError` if the key does not belong to the database.
    package init(_ log: AttemptLog, keyFile: SecretKeyFile, makesKey: Bool = true) throws {
        self.log = log
        try log.database.migrate(Self.schema)
        box = try Self.box(keyFile, log.database, makesKey)
        find = try log.database.prepare(Self.find)
    }

    private static let checkedText = Array("callback-gateway".utf8)

    /// Opens the key. If the database has secrets, a missing key is an error: a new key would only
    /// hide that the old one is lost.
    private static func box(
        _ keyFile: SecretKeyFile, _ database: Database, _ makesKey: Bool
    ) throws -> SecretBox {
        if let check = try check(in: database) {
            return try box(keyFile, opening: check, in: database)
        }
        guard makesKey else { return .ephemeral() }
        try database.begin()
        defer { database.rollBack() }
        // Another process may have been faster.
        if let check = try check(in: database) {
            return try box(keyFile, opening: check, in: database)
        }
        try keyFile.createIfMissing()
        let box = try keyFile.box()
        try database.execute(
            "INSERT INTO secret_check(id, closed) VALUES(1, ?)",
            [.blob(box.seal(checkedText, place: "check"))])
        try database.commit()
        return box
    }

    private static func check(in database: Database) throws(StorageError) -> [UInt8]? {
        try database.row("SELECT closed FROM secret_check") { $0.blob(0) }
    }

    private static func box(
        _ keyFile: SecretKeyFile, opening check: [UInt8], in database: Database
    ) throws(SecretKeyError) -> SecretBox {
        let box = try keyFile.box()
        if (try? box.open(check, place: "check")) == checkedText { return box }
        // A damaged check text must not lock all companies out of their profiles.
        guard (try? opensSomething(box, in: database)) == true else { throw .wrong(keyFile.path) }
        return box
    }

    /// Returns whether the key decrypts one of the most recent profiles.
    private static func opensSomething(
        _ box: SecretBox, in database: Database
    ) throws(StorageError) -> Bool {
        let statement = try database.prepare(
            """
            SELECT p.id, v.number, v.settings FROM callback_profiles p
            JOIN profile_versions v ON v.profile = p.number AND v.number = p.version
            ORDER BY p.number DESC LIMIT 100
            """)
        while try statement.step() {
            let place = Self.place(statement.int(1), of: statement.text(0))
            if (try? box.open(statement.blob(2), place: place)) != nil { return true }
        }
        return false
    }

    /// Returns whether the stored check text for the key is damaged.
    package func isKeyCheckDamaged() throws(StorageError) -> Bool {
        guard let check = try Self.check(in: database) else { return try profileCount() > 0 }
        return (try? box.open(check, place: "check")) != Self.checkedText
    }
}
