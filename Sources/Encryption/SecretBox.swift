internal import CCrypto
import FileOwners
import Glibc
import TextSupport

/// SHA-256 and HMAC-SHA256 with OpenSSL.
package enum Digests {
    package static func sha256(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = EVP_Digest(message, message.count, &digest, nil, sha256, nil) == 1
        // A digest of zeros would be valid for other messages whose digest failed as well.
        precondition(isDone, "libcrypto has no memory for a digest")
        return digest
    }

    /// Fetched once, because fetching takes as long as a digest. The pointer is marked unsafe only
    /// because of its type; it never changes.
    private nonisolated(unsafe) static let sha256 =
        EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    /// Returns the HMAC-SHA256. See https://www.rfc-editor.org/rfc/rfc2104.
    package static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        return code
    }
}

/// Cryptographically secure random bytes from the kernel.
package enum RandomBytes {
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// Encrypts secrets for storage, with AES-256-GCM and a new nonce each time.
///
///     let box = try SecretKeyFile(path: "/etc/gateway.key").box()
///     let sealed = try box.seal(Array("secret".utf8), place: "profile 1")
///     let secret = try box.open(sealed, place: "profile 1")
package struct SecretBox: Sendable {
    private static let nonceLength = 12
    static let keyLength = 32

    private let key: [UInt8]

    /// Creates a box. The key must have 32 bytes.
    init(key: [UInt8]) {
        precondition(key.count == Self.keyLength, "the key must have 32 bytes")
        self.key = key
    }

    /// Returns a box with a random key that is not stored. Its output cannot be decrypted later.
    package static func ephemeral() -> SecretBox { SecretBox(key: RandomBytes.make(keyLength)) }

    /// Encrypts a secret. Returns the nonce, the ciphertext and the tag.
    ///
    /// - Parameters:
    ///   - secret: The data to encrypt.
    ///   - place: Where the output will be stored. It can only be decrypted with the same place,
    ///     so it cannot be moved to another row.
    package func seal(_ secret: [UInt8], place: String) throws(CipherError) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceLength)
        return try nonce + cipher(nonce).encrypt(secret, context: Array(place.utf8))
    }

    /// Returns the nonce, which differs each time that the same secret is encrypted.
    package static func nonce(of closed: [UInt8]) -> ArraySlice<UInt8> {
        closed.prefix(nonceLength)
    }

    /// Decrypts the output of ``seal(_:place:)`` with the same key and place.
    ///
    /// - Throws: `notAuthentic` if the data was changed, or if the key or place is another one.
    package func open(_ closed: [UInt8], place: String) throws(CipherError) -> [UInt8] {
        let nonce = Array(Self.nonce(of: closed))
        guard nonce.count == Self.nonceLength else { throw .notAuthentic }
        let sealed = Array(closed.dropFirst(Self.nonceLength))
        return try cipher(nonce).decrypt(sealed, context: Array(place.utf8))
    }

    private func cipher(_ nonce: [UInt8]) -> AES {
        AES(algorithm: .aes256GCM, key: key, iv: nonce)
    }
}
