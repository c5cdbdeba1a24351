import DeliveryLog
package import Encryption
package import SQLite
package import Storage

/// Profiles and their versions, API keys and WhatsApp numbers; sole owner of their tables.
///
/// Settings lie in the file encrypted as a whole, so that no secret of theirs can be forgotten.
package final class ProfileStore {
    let log: AttemptLog
    let box: SecretBox
    var opened = OpenedVersions()
    /// Those of ``find`` under which versions and answers are remembered by their numbers.
    var renewals: Int32 = 0
    var openedKeys = OpenedKeys()
    var shown = ShownProfiles()
    /// Kept prepared, for it runs once for each callback.
    let find: Statement

    var database: Database { log.database }

    /// Opens the store in the log's database, with its tables brought up to date.
    ///
    /// - Parameters:
    ///   - keyFile: holds the key of all secrets; made when the database is new.
    ///   - makesKey: false for whoever only looks. Where there are no secrets yet, they get a key
    ///     that nobody keeps.
    /// - Throws: `DatabaseError`, or `SecretKeyError` when it is not the key that belongs to it.
    package init(_ log: AttemptLog, keyFile: SecretKeyFile, makesKey: Bool = true) throws {
        self.log = log
        try log.database.migrate(Self.schema)
        box = try Self.box(keyFile, log.database, makesKey)
        find = try log.database.prepare(Self.find)
    }

    private static let checkedText = Array("callback-gateway".utf8)

    /// A file that has secrets has a key; without it a new one would only hide that it is lost.
    private static func box(
        _ keyFile: SecretKeyFile, _ database: Database, _ makesKey: Bool
    ) throws -> SecretBox {
        if let check = try check(in: database) {
            return try box(keyFile, opening: check, in: database)
        }
        guard makesKey else { return .ephemeral() }
        try database.begin()
        defer { database.rollBack() }
        // Another program may have been first.
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

    private static func check(in database: Database) throws(DatabaseError) -> [UInt8]? {
        try database.row("SELECT closed FROM secret_check") { $0.blob(0) }
    }

    private static func box(
        _ keyFile: SecretKeyFile, opening check: [UInt8], in database: Database
    ) throws(SecretKeyError) -> SecretBox {
        let box = try keyFile.box()
        if (try? box.open(check, place: "check")) == checkedText { return box }
        // A damaged check must not keep every company from its profiles.
        guard (try? opensSomething(box, in: database)) == true else { throw .wrong(keyFile.path) }
        return box
    }

    /// Whether a key fits one of the newest profiles.
    private static func opensSomething(
        _ box: SecretBox, in database: Database
    ) throws(DatabaseError) -> Bool {
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

    /// Whether the text in the file that the key is checked with is damaged.
    package func isKeyCheckDamaged() throws(DatabaseError) -> Bool {
        guard let check = try Self.check(in: database) else { return try profileCount() > 0 }
        return (try? box.open(check, place: "check")) != Self.checkedText
    }
}
