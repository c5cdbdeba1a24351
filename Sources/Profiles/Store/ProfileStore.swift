package import CivilTime
import DeliveryLog
package import Encryption
package import Storage
package import StorageErrors

/// Stores profiles with their versions, API keys, and WhatsApp numbers.
///
/// It seals and opens what ``SealedProfileStore`` keeps, and caches opened versions and encoded
/// responses. Before it uses a cached one, it reads the numbers of the profile's row.
///
/// The settings of a version are encrypted as a whole, so that no secret can be left in plain text
/// by mistake.
///
/// - Every change of a profile creates a version. Callbacks use the current version when they are
///   sent.
/// - Updates are optimistic: an update of a version that is no longer current fails and is retried.
/// - A damaged version affects only its own profile, which reads report as ``DamagedProfile``.
package final class ProfileStore {
    let sealed: SealedProfileStore
    let box: SecretBox
    var opened = OpenedVersions(limit: OpenedVersions.shared)
    /// The renewals of ``sealed`` for which the cached versions are valid.
    var renewals: Int32 = 0
    var outlines = ProfileOutlines()
    var shown = ShownProfiles()

    /// Opens the store in the log's database, and creates or migrates its tables.
    ///
    /// - Parameters:
    ///   - log: The delivery log.
    ///   - keyFile: The file with the encryption key. Created together with a new database.
    ///   - makesKey: Whether to create a missing key. Pass false for read-only use. If there are no
    ///     secrets yet, a temporary key is used.
    /// - Throws: `StorageError`, or `SecretKeyError` if the key does not belong to the database.
    package init(_ log: AttemptLog, keyFile: SecretKeyFile, makesKey: Bool = true) throws {
        sealed = try SealedProfileStore(in: log)
        box = try Self.box(keyFile, sealed, makesKey)
    }

    /// Makes room in memory for the largest profiles. Call it for a connection that builds requests.
    package func cacheLargeProfiles() {
        opened = OpenedVersions(limit: OpenedVersions.building)
    }

    private static let checkedText = Array("callback-gateway".utf8)

    /// Opens the key. If the database has secrets, a missing key is an error: a new key would only
    /// hide that the old one is lost.
    private static func box(
        _ keyFile: SecretKeyFile, _ sealed: SealedProfileStore, _ makesKey: Bool
    ) throws -> SecretBox {
        if let check = try sealed.keyCheck() {
            return try box(keyFile, opening: check, in: sealed)
        }
        guard makesKey else { return .ephemeral() }
        var made = SecretBox.ephemeral()
        let check = try sealed.keyCheck(orStore: {
            try keyFile.createIfMissing()
            made = try keyFile.box()
            return try made.seal(checkedText, place: "check")
        })
        // Another process may have been faster.
        guard let check else { return made }
        return try box(keyFile, opening: check, in: sealed)
    }

    private static func box(
        _ keyFile: SecretKeyFile, opening check: [UInt8], in sealed: SealedProfileStore
    ) throws(SecretKeyError) -> SecretBox {
        let box = try keyFile.box()
        if (try? box.open(check, place: "check")) == checkedText { return box }
        // A damaged check text must not lock all companies out of their profiles.
        guard (try? opensSomething(box, in: sealed)) == true else { throw .wrong(keyFile.path) }
        return box
    }

    /// Returns whether the key decrypts one of the most recent profiles.
    private static func opensSomething(
        _ box: SecretBox, in sealed: SealedProfileStore
    ) throws(StorageError) -> Bool {
        try sealed.anyRecent { id, version, settings in
            (try? box.open(settings, place: place(version, of: id))) != nil
        }
    }

    /// Returns whether the stored check text for the key is damaged.
    package func isKeyCheckDamaged() throws(StorageError) -> Bool {
        guard let check = try sealed.keyCheck() else { return try profileCount() > 0 }
        return (try? box.open(check, place: "check")) != Self.checkedText
    }

    /// Deletes versions that were replaced before a limit.
    package func pruneVersions(before limit: Instant) throws(StorageError) {
        try sealed.pruneVersions(before: limit)
    }
}
