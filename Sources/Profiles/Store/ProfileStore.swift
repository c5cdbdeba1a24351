package import DeliveryLog
package import Encryption
import SQLite

/// Profiles and their versions, API keys and WhatsApp numbers; sole owner of their tables.
///
/// Settings lie in the file encrypted as a whole, so that no secret of theirs can be forgotten.
package final class ProfileStore {
    let log: DeliveryLog
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
    package init(_ log: DeliveryLog, keyFile: SecretKeyFile, makesKey: Bool = true) throws {
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
        if let check = try check(in: database) { return try box(keyFile, opening: check) }
        guard makesKey else { return .ofNoFile() }
        try database.begin()
        defer { database.rollBack() }
        // Another program may have been first.
        if let check = try check(in: database) { return try box(keyFile, opening: check) }
        try keyFile.makeUnlessThere()
        let box = try keyFile.box()
        try database.execute(
            "INSERT INTO secret_check(id, closed) VALUES(1, ?)",
            [.blob(box.close(checkedText, place: "check"))])
        try database.commit()
        return box
    }

    private static func check(in database: Database) throws(DatabaseError) -> [UInt8]? {
        try database.row("SELECT closed FROM secret_check") { $0.blob(0) }
    }

    private static func box(
        _ keyFile: SecretKeyFile, opening check: [UInt8]
    ) throws(SecretKeyError) -> SecretBox {
        let box = try keyFile.box()
        guard (try? box.open(check, place: "check")) == checkedText else {
            throw .wrong(keyFile.path)
        }
        return box
    }
}
