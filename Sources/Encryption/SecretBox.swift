/// Closes what is secret for its time on the disk: AES-256-GCM with a fresh nonce each time.
package struct SecretBox: Sendable {
    private static let nonceLength = 12
    static let keyLength = 32

    private let key: [UInt8]

    /// The key has 32 bytes.
    init(key: [UInt8]) {
        precondition(key.count == Self.keyLength, "a box's key has 32 bytes")
        self.key = key
    }

    /// A box with a key that is in no file: nothing that it closes can be opened later.
    package static func ofNoFile() -> SecretBox { SecretBox(key: RandomBytes.make(keyLength)) }

    /// Nonce, ciphertext and tag.
    ///
    /// - Parameter place: where it will lie; it can be opened for that place only, so that what
    ///   was closed cannot be moved to another row.
    package func close(_ secret: [UInt8], place: String) throws(CipherError) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceLength)
        return try nonce + cipher(nonce).encrypt(secret, context: Array(place.utf8))
    }

    /// What the same secret, closed twice for the same place, differs by.
    package static func nonce(of closed: [UInt8]) -> ArraySlice<UInt8> {
        closed.prefix(nonceLength)
    }

    /// What was closed for the same place with the same key.
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
