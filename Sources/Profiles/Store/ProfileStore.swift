package import CivilTime
import DeliveryLog
package import Encryption
import JSON
package import Storage
package import StorageErrors
import TextSupport

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
    var opened = DecryptedVersionCache(limit: DecryptedVersionCache.shared)
    /// The renewals of ``sealed`` for which the cached versions are valid.
    var renewals: Int32 = 0
    var outlines = ProfileOutlines()
    var shown = EncodedProfileCache()

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
        opened = DecryptedVersionCache(limit: DecryptedVersionCache.building)
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

extension ProfileStore {
    /// Creates a key. The returned text is what requests carry. It cannot be retrieved later.
    package func createKey(
        company: String, at now: Instant
    ) throws(StorageError) -> (text: String, key: APIKey) {
        let text = "A" + RandomBytes.make(20).hexadecimal
        let id = RandomBytes.make(4).hexadecimal
        let key = APIKey(id: id, company: company, createdAt: now)
        try sealed.add(key, hash: Self.hash(text))
        return (text, key)
    }

    /// Returns the keys of a company, or of all companies, oldest first.
    package func keys(company: String? = nil) throws(StorageError) -> [APIKey] {
        try sealed.keys(company: company)
    }

    /// Revokes a key. Returns false if it does not exist.
    package func revokeKey(_ id: String) throws(StorageError) -> Bool {
        try sealed.revokeKey(id)
    }

    /// Returns the stored part of a key, or `nil` if the text is not a valid key.
    ///
    /// A key has 160 random bits, so a plain digest without salt or stretching is sufficient.
    package func key(_ text: String) throws(StorageError) -> APIKey? {
        try sealed.key(hash: Self.hash(text))
    }

    /// Returns whether a key exists and has not been revoked.
    package func hasKey(id: String) throws(StorageError) -> Bool {
        try sealed.hasKey(id: id)
    }

    private static func hash(_ text: String) -> [UInt8] {
        Digests.sha256(Array(text.utf8))
    }
}

extension ProfileStore {
    /// Reads the profiles that match a filter, newest first.
    ///
    /// - Parameters:
    ///   - company: The SID of the company.
    ///   - filter: The filter and the page.
    ///   - body: Called with each profile of the page. Returns false to stop.
    /// - Returns: The total number of matching profiles.
    func list(
        company: String, _ filter: ProfileFilter, _ body: (ProfileEntry) throws -> Bool
    ) throws -> Int {
        let matching = SealedProfileFilter(
            company: company, title: filter.title, method: filter.method?.rawValue,
            createdFrom: filter.createdFrom, createdBefore: filter.createdBefore)
        return try sealed.forEachProfile(
            matching, limit: filter.page.limit, offset: filter.page.offset
        ) { try body(entry($0)) }
    }

    /// Reads the profiles of all companies and returns what is wrong with them.
    package func verify() throws -> ProfileVerification {
        var result = ProfileVerification()
        try sealed.forEachProfile { row in
            switch entry(row) {
            case .damaged(let damage): result.damaged.append(damage)
            case .readable(let profile):
                let settings = profile.settings
                guard settings.title == row.title, settings.method.rawValue == row.method else {
                    result.mislabeled.append(profile)
                    return true
                }
            }
            return true
        }
        return result
    }

    /// Returns the number of profiles of all companies.
    package func profileCount() throws(StorageError) -> Int {
        try sealed.profileCount()
    }
}

/// The profiles of which something in the database is damaged.
package struct ProfileVerification {
    /// Profiles that cannot be read.
    package var damaged: [DamagedProfile] = []
    /// Profiles whose title or method in the columns for searching differs from their settings.
    package var mislabeled: [Profile] = []

    package var isGood: Bool { damaged.isEmpty && mislabeled.isEmpty }
}

/// A WhatsApp number, and the profile that receives its incoming messages.
package struct NumberBinding: Hashable, Sendable {
    package let number: PhoneNumber
    package let profileID: String
}

extension ProfileStore {
    /// Binds a number to a profile, and replaces an earlier binding.
    func bind(
        _ number: PhoneNumber, to profileID: String, company: String, atMost limit: Int
    ) throws(StorageError) -> SealedProfileStore.Binding {
        try sealed.bind(number.digits, to: profileID, company: company, atMost: limit)
    }

    /// Unbinds a number. Returns false if it was not bound.
    func unbind(_ number: PhoneNumber, company: String) throws(StorageError) -> Bool {
        try sealed.unbind(number.digits, company: company)
    }

    /// Returns one page of the company's numbers in numerical order, and their total.
    func numbers(
        company: String, _ page: ListPage
    ) throws(StorageError) -> (numbers: [NumberBinding], total: Int) {
        let found = try sealed.numbers(company: company, limit: page.limit, offset: page.offset)
        let numbers = found.numbers.compactMap { digits, profileID in
            PhoneNumber(digits).map { NumberBinding(number: $0, profileID: profileID) }
        }
        return (numbers, found.total)
    }

    /// Returns the ID of the profile that a number is bound to, or `nil` if it is not bound.
    package func profileID(
        of number: PhoneNumber, company: String
    ) throws(StorageError) -> String? {
        try sealed.profileID(ofNumber: number.digits, company: company)
    }
}

/// A cache of recently used versions. Thousands of callbacks can use the same version.
///
/// A number identifies a version within one history of the file. Restoring a backup while the file
/// is open starts another history, in which the same number can mean different settings.
struct DecryptedVersionCache {
    private struct Opened {
        let version: ProfileVersion
        /// The nonce of the encrypted settings, which is unique to a version.
        let nonce: [UInt8]
        let memory: Int
    }

    /// The memory for a connection that only shows and changes profiles, in bytes. There are some
    /// dozens of them.
    static let shared = 1 << 20
    /// The memory for a connection that builds requests, in bytes: enough for the largest profile.
    static let building = 24 << 20

    private let limit: Int
    private var versions: [String: Opened] = [:]
    private(set) var memory = 0

    /// - Parameter limit: The memory that the versions may use, in bytes. One that needs more is
    ///   not cached.
    init(limit: Int) {
        self.limit = limit
    }

    /// Returns an empty cache with the same limit.
    var emptied: DecryptedVersionCache { DecryptedVersionCache(limit: limit) }

    /// Returns a cached version, for a caller that knows that no backup was restored since.
    func version(_ number: Int, of id: String) -> ProfileVersion? {
        versions[id].flatMap { $0.version.number == number ? $0.version : nil }
    }

    /// Returns a cached version, if it matches the encrypted settings in the file.
    func version(_ number: Int, of id: String, closed: [UInt8]) -> ProfileVersion? {
        guard let known = versions[id], known.version.number == number else { return nil }
        return known.nonce[...] == SecretBox.nonce(of: closed) ? known.version : nil
    }

    /// Returns the memory of the cached version of a profile, or 0 if there is none.
    func memory(of id: String) -> Int { versions[id]?.memory ?? 0 }

    mutating func keep(_ version: ProfileVersion, of id: String, closed: [UInt8]) {
        memory -= versions.removeValue(forKey: id)?.memory ?? 0
        let needed = version.settings.memory
        guard needed <= limit else { return }
        if memory + needed > limit { self = emptied }
        memory += needed
        versions[id] = Opened(
            version: version, nonce: Array(SecretBox.nonce(of: closed)), memory: needed)
    }
}

extension ProfileSettings {
    /// The approximate memory of the settings and of the templates made from them, in bytes.
    ///
    /// The length of the JSON says little: a megabyte of empty arrays needs thirty times as much.
    fileprivate var memory: Int { 2 * JSONValue.object(request).memory }
}

extension JSONValue {
    /// The approximate memory, in bytes.
    fileprivate var memory: Int {
        switch self {
        case .null, .boolean: 24
        case .number(let number): 32 + number.text.utf8.count
        case .string(let text): 32 + text.utf8.count
        case .array(let values): values.reduce(48) { $0 + $1.memory }
        case .object(let object):
            object.members.reduce(64) { $0 + 96 + $1.name.utf8.count + $1.value.memory }
        }
    }
}
