package import CivilTime
import SQL
package import StorageErrors

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
