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
    ///   - secret: the data to encrypt.
    ///   - place: where the output will be stored. It can only be decrypted with the same place,
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
