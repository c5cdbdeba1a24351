package import CivilTime
import Encryption
package import Storage
package import StorageErrors
import TextSupport

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
