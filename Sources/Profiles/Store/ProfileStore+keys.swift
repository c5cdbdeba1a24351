package import CivilTime
import Encryption
package import SQLite
import Storage

/// A key of the API as it is kept: the key itself is not.
package struct APIKey: Hashable, Sendable {
    /// By which it is revoked; says nothing about the key.
    package let id: String
    /// The one company whose data it opens.
    package let company: String
    package let createdAt: Instant
}

extension ProfileStore {
    /// Makes a key; the text is what requests carry, and is shown this once.
    package func createKey(
        company: String, at now: Instant
    ) throws(DatabaseError) -> (text: String, key: APIKey) {
        let text = "A" + RandomBytes.make(20).map(Self.hexadecimal).joined()
        let id = RandomBytes.make(4).map(Self.hexadecimal).joined()
        try database.execute(
            "INSERT INTO api_keys(id, hash, company, created_at) VALUES(?, ?, ?, ?)",
            [.text(id), .blob(Self.hash(text)), .text(company), .integer(now.milliseconds)])
        return (text, APIKey(id: id, company: company, createdAt: now))
    }

    /// The keys of a company, or all, the oldest first.
    package func keys(company: String? = nil) throws(DatabaseError) -> [APIKey] {
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

    /// Whether there was such a key.
    package func revokeKey(_ id: String) throws(DatabaseError) -> Bool {
        try database.execute("DELETE FROM api_keys WHERE id = ?", [.text(id)])
        return database.changes > 0
    }

    /// What is kept of a key; nil for a text that is none.
    ///
    /// The key has 160 random bits, so that a plain digest of it is as good as any.
    package func key(_ text: String) throws(DatabaseError) -> APIKey? {
        let (hash, state) = (Self.hash(text), database.fileState)
        if let state, let key = openedKeys.key(hash, at: state) { return key }
        let key = try database.row(
            "SELECT id, company, created_at FROM api_keys WHERE hash = ?", [.blob(hash)], Self.key)
        if let key, let state { openedKeys.keep(key, hash, at: state) }
        return key
    }

    /// Whether a key has not been revoked.
    package func hasKey(id: String) throws(DatabaseError) -> Bool {
        try database.integer("SELECT count(*) FROM api_keys WHERE id = ?", [.text(id)]) > 0
    }

    private static func hash(_ text: String) -> [UInt8] {
        Digests.sha256(Array(text.utf8))
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
