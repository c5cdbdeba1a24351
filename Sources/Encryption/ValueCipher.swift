import FoundationEssentials
package import Secrets

/// Encrypts individual values with an algorithm, a key and an IV that the customer chooses.
///
/// The result is the ciphertext in base64, including the tag for GCM. A random IV precedes the
/// ciphertext, with 12 bytes for GCM and 16 for CFB.
package struct ValueCipher: Equatable, Sendable {
    package enum IV: Equatable, Sendable {
        /// The same 16 bytes for every value. For GCM, this reuses the nonce.
        case fixed(Secret)
        /// A new random IV for each value.
        case random
    }

    package static let fixedIVLength = 16

    package let algorithm: CipherAlgorithm
    package let key: Secret
    package let iv: IV

    /// Creates a cipher. The key and the IV are the bytes of the characters.
    ///
    /// - Throws: `keyLength` or `ivLength`.
    package init(_ algorithm: CipherAlgorithm, key: Secret, iv: IV) throws(CipherError) {
        (self.algorithm, self.key, self.iv) = (algorithm, key, iv)
        let length = key.reveal().utf8.count
        guard length == algorithm.keyLength else {
            throw .keyLength(algorithm, expected: algorithm.keyLength, found: length)
        }
        guard case .fixed(let iv) = iv else { return }
        let count = iv.reveal().utf8.count
        guard count == Self.fixedIVLength else {
            throw .ivLength(expected: Self.fixedIVLength, found: count)
        }
    }

    /// Whether all values are encrypted with the same nonce, which is insecure with GCM.
    package var repeatsNonce: Bool { algorithm.isAuthenticated && iv != .random }

    package func encrypt(_ value: String) throws(CipherError) -> String {
        let iv = ivBytes()
        let cipher = AES(algorithm: algorithm, key: Array(key.reveal().utf8), iv: iv)
        let sealed = try cipher.encrypt(Array(value.utf8))
        return Data(self.iv == .random ? iv + sealed : sealed).base64EncodedString()
    }

    private func ivBytes() -> [UInt8] {
        switch iv {
        case .fixed(let iv): Array(iv.reveal().utf8)
        case .random: RandomBytes.make(algorithm.isAuthenticated ? 12 : 16)
        }
    }
}
