package import CivilTime
import Encryption
import SQLite
import Storage
package import StorageErrors

/// The stored part of an API key. The key itself is not stored.
package struct APIKey: Hashable, Sendable {
    /// The ID with which the key is revoked. It reveals nothing about the key.
    package let id: String
    /// The company whose data the key gives access to.
    package let company: String
    package let createdAt: Instant
}

extension ProfileStore {
    /// Creates a key. The returned text is what requests carry. It cannot be retrieved later.
    package func createKey(
        company: String, at now: Instant
    ) throws(StorageError) -> (text: String, key: APIKey) {
        let text = "A" + RandomBytes.make(20).map(Self.hexadecimal).joined()
        let id = RandomBytes.make(4).map(Self.hexadecimal).joined()
        try database.execute(
            "INSERT INTO api_keys(id, hash, company, created_at) VALUES(?, ?, ?, ?)",
            [.text(id), .blob(Self.hash(text)), .text(company), .integer(now.milliseconds)])
        return (text, APIKey(id: id, company: company, createdAt: now))
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
        APIKey(
            id: row.text(0), company: row.text(1),
            createdAt: row.instant(2))
    }

    /// Revokes a key. Returns false if it does not exist.
    package func revokeKey(_ id: String) throws(StorageError) -> Bool {
        try database.execute("DELETE FROM api_keys WHERE id = ?", [.text(id)])
        return database.changes > 0
    }

    /// Returns the stored part of a key, or `nil` if the text is not a valid key.
    ///
    /// A key has 160 random bits, so a plain digest without salt or stretching is sufficient.
    package func key(_ text: String) throws(StorageError) -> APIKey? {
        let (hash, state) = (Self.hash(text), database.fileState)
        if let state, let key = openedKeys.key(hash, at: state) { return key }
        let key = try database.row(
            "SELECT id, company, created_at FROM api_keys WHERE hash = ?", [.blob(hash)], Self.key)
        if let key, let state { openedKeys.keep(key, hash, at: state) }
        return key
    }

    /// Returns whether a key exists and has not been revoked.
    package func hasKey(id: String) throws(StorageError) -> Bool {
        try database.integer("SELECT count(*) FROM api_keys WHERE id = ?", [.text(id)]) > 0
    }

    private static func hash(_ text: String) -> [UInt8] {
        Digests.sha256(Array(text.utf8))
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
