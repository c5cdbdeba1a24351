package import CivilTime
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

/// The stored part of an API key. The key itself is not stored.
package struct APIKey: Hashable, Sendable {
    /// The ID with which the key is revoked. It reveals nothing about the key.
    package let id: String
    /// The company whose data the key gives access to.
    package let company: String
    package let createdAt: Instant

    package init(id: String, company: String, createdAt: Instant) {
        self.id = id
        self.company = company
        self.createdAt = createdAt
    }
}

extension SealedProfileStore {
    /// Adds a key.
    ///
    /// - Parameters:
    ///   - key: The new key.
    ///   - hash: The digest by which requests find it.
    package func add(_ key: APIKey, hash: [UInt8]) throws(StorageError) {
        try database.execute(
            "INSERT INTO api_keys(id, hash, company, created_at) VALUES(?, ?, ?, ?)",
            [
                .text(key.id), .blob(hash), .text(key.company),
                .integer(key.createdAt.milliseconds),
            ])
    }

    /// Returns the keys of a company, or of all companies, oldest first.
    package func keys(company: String? = nil) throws(StorageError) -> [APIKey] {
        try database.rows(
            """
            SELECT id, company, created_at FROM api_keys
            WHERE ?1 IS NULL OR company = ?1 ORDER BY company, created_at, id
            """, [Value(company)], Self.key)
    }

    private static func key(_ row: borrowing Statement) -> APIKey {
        APIKey(id: row.text(0), company: row.text(1), createdAt: row.instant(2))
    }

    /// Revokes a key. Returns false if it does not exist.
    package func revokeKey(_ id: String) throws(StorageError) -> Bool {
        try database.change("DELETE FROM api_keys WHERE id = ?", [.text(id)]) > 0
    }

    /// Returns the key with a digest, or `nil` if there is none.
    package func key(hash: [UInt8]) throws(StorageError) -> APIKey? {
        try database.row(
            "SELECT id, company, created_at FROM api_keys WHERE hash = ?", [.blob(hash)], Self.key)
    }

    /// Returns whether a key exists and has not been revoked.
    package func hasKey(id: String) throws(StorageError) -> Bool {
        try database.integer("SELECT count(*) FROM api_keys WHERE id = ?", [.text(id)]) > 0
    }
}

extension SealedProfileStore {
    /// The result of binding a WhatsApp number.
    package enum Binding {
        case bound
        case noSuchProfile
        /// The company has reached its limit of numbers.
        case tooMany
    }

    /// Binds a number to a profile, and replaces an earlier binding.
    package func bind(
        _ digits: String, to profileID: String, company: String, atMost limit: Int
    ) throws(StorageError) -> Binding {
        try database.transaction { () throws(StorageError) in
            let others = try database.integer(
                "SELECT count(*) FROM whatsapp_numbers WHERE company = ? AND number <> ?",
                [.text(company), .text(digits)])
            guard others < limit else { return .tooMany }
            let bound = try database.change(
                """
                INSERT OR REPLACE INTO whatsapp_numbers(company, number, profile)
                SELECT company, ?, number FROM callback_profiles WHERE id = ? AND company = ?
                """, [.text(digits), .text(profileID), .text(company)])
            return bound > 0 ? .bound : .noSuchProfile
        }
    }

    /// Unbinds a number. Returns false if it was not bound.
    package func unbind(_ digits: String, company: String) throws(StorageError) -> Bool {
        try database.change(
            "DELETE FROM whatsapp_numbers WHERE company = ? AND number = ?",
            [.text(company), .text(digits)]) > 0
    }

    /// Returns some of the company's numbers in numerical order, and their total.
    package func numbers(
        company: String, limit: Int, offset: Int
    ) throws(StorageError) -> (numbers: [(digits: String, profileID: String)], total: Int) {
        let numbers = try database.rows(
            """
            SELECT n.number, p.id FROM whatsapp_numbers n
            JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? ORDER BY n.number LIMIT ? OFFSET ?
            """, [.text(company), Value(limit), Value(offset)]
        ) { (digits: $0.text(0), profileID: $0.text(1)) }
        let total = try database.integer(
            "SELECT count(*) FROM whatsapp_numbers WHERE company = ?", [.text(company)])
        return (numbers, Int(total))
    }

    /// Returns the ID of the profile that a number is bound to, or `nil` if it is not bound.
    package func profileID(
        ofNumber digits: String, company: String
    ) throws(StorageError) -> String? {
        try database.row(
            """
            SELECT p.id FROM whatsapp_numbers n JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? AND n.number = ?
            """, [.text(company), .text(digits)]
        ) { $0.text(0) }
    }
}

extension SealedProfileStore {
    /// Deletes versions that were replaced before a limit.
    ///
    /// Callbacks always use the current version. Attempts keep the number of the version that they
    /// used, even after that version is deleted.
    package func pruneVersions(before limit: Instant) throws(StorageError) {
        var deleted = 0
        repeat {
            deleted = try database.change(
                """
                DELETE FROM profile_versions WHERE rowid IN (
                    SELECT old.rowid FROM profile_versions AS old
                    JOIN callback_profiles AS profile ON profile.number = old.profile
                    WHERE old.number < profile.version AND (
                        SELECT since FROM profile_versions AS next
                        WHERE next.profile = old.profile AND next.number > old.number
                        ORDER BY next.number LIMIT 1) < ?
                    LIMIT 1000)
                """, [.integer(limit.milliseconds)])
            database.yieldWriteLock(.long)
        } while deleted > 0
    }
}

extension SealedProfileStore {
    /// The tables of the store. No other module reads or writes them.
    ///
    /// - `callback_profiles` has one row per profile. The columns for searching are not encrypted.
    /// - `profile_versions` has the settings of each version of a profile, encrypted with the key
    ///   in `gateway.secretKeyFile`. The rows are deleted with their profile.
    /// - `secret_check` contains a known text encrypted with that key, to detect a wrong key.
    static let schema = Schema(
        owner: "callback profiles",
        steps: [
            """
            CREATE TABLE secret_check(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                closed BLOB NOT NULL
            ) STRICT;
            CREATE TABLE callback_profiles(
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                company TEXT NOT NULL,
                status INTEGER NOT NULL,
                status_since INTEGER NOT NULL,
                title TEXT NOT NULL,
                method TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                version INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX profiles_by_company ON callback_profiles(company, number);
            CREATE TABLE profile_versions(
                profile INTEGER NOT NULL REFERENCES callback_profiles ON DELETE CASCADE,
                number INTEGER NOT NULL,
                since INTEGER NOT NULL,
                settings BLOB NOT NULL,
                PRIMARY KEY(profile, number)
            ) STRICT;
            CREATE TABLE api_keys(
                id TEXT PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE,
                company TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE whatsapp_numbers(
                company TEXT NOT NULL,
                number TEXT NOT NULL,
                profile INTEGER NOT NULL REFERENCES callback_profiles ON DELETE CASCADE,
                PRIMARY KEY(company, number)
            ) STRICT, WITHOUT ROWID;
            """
        ])
}

extension SealedProfileStore {
    /// The size of settings that are written in a few milliseconds, in bytes.
    private static let quickSize = 64 << 10

    /// Runs `body` in a transaction.
    ///
    /// A megabyte takes long to write, and connections that wait for the lock are not queued. So
    /// large settings are written one at a time, and at most for half of the time. Otherwise a
    /// company that changes them all the time would delay the callbacks of all others.
    func writing<Result: Sendable>(
        bytes: Int, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        guard bytes > Self.quickSize else {
            return try database.transaction { () throws(StorageError) in try body() }
        }
        return try TransactionThread.shared.run { () throws(StorageError) -> Result in
            var start = ContinuousClock.now
            let result = try database.transaction { () throws(StorageError) in
                start = .now
                return try body()
            }
            database.yieldWriteLock(for: min(.now - start, .milliseconds(200)))
            return result
        }
    }
}
